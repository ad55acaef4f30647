"""The services serve what models said, and load none of what models are made with."""

import subprocess
import sys

TELL_LOADED = """
import sys
from api.main import create_ticket_service, create_workflow_api
from api.settings import ApiSettings
import api.worker.__main__
settings = ApiSettings(database_url="postgresql://nowhere/none")
create_workflow_api(settings), create_ticket_service(settings)
heavy = {"ml", "pandas", "sklearn", "scipy", "skops", "prophet", "dagster", "dbt", "great_expectations"}
heavy |= {"sqlglot"}
print(sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
"""


def test_no_service_loads_a_model_library() -> None:
    done = subprocess.run([sys.executable, "-c", TELL_LOADED], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
