"""Run a command against an empty database of a throw-away embedded PostgreSQL."""  # noqa: INP001 - a script, not a package

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pipelines.settings import PipelineSettings
from sluice.database import DATABASE, ensure_database
from sluice.embedded_postgres import EmbeddedPostgres


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="sluice-scratch-") as folder:
        server = EmbeddedPostgres(Path(folder))
        server.attach()
        try:
            url = server.url(DATABASE)
            ensure_database(url)
            environment = {
                **os.environ,
                **PipelineSettings(database_url=url).dbt_environment,
                "DBT_TARGET_PATH": f"{folder}/dbt",
                "DBT_LOG_PATH": f"{folder}/dbt",
                "DAGSTER_HOME": tempfile.mkdtemp(dir=folder),
                "SLUICE_HOME": folder,
                "SLUICE_DATABASE_URL": url,
            }
            return subprocess.run(sys.argv[1:], check=False, env=environment).returncode
        finally:
            server.release()


if __name__ == "__main__":
    sys.exit(main())
