"""Bring a database to the newest schema from code, as the `alembic` command would."""

from pathlib import Path

from alembic import command, op
from alembic.config import Config
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager


def alembic_config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return config


def upgrade(database_url: str) -> None:
    """Apply every pending migration; a database at head is left as it is."""
    command.upgrade(alembic_config(database_url), "head")


def run_sql(name: str) -> None:
    """Execute `sql/<name>.sql` inside the running migration."""
    statements = (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    # The raw cursor: no parameters, so `%` and `:` in function bodies are left alone.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(statements)


def install_queue() -> None:
    """Create the job queue's own tables and functions in the schema `queue`."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute("set local search_path to queue")
    cursor.execute(SchemaManager.get_schema())
    cursor.execute("set local search_path to public")


def newest_revision() -> str:
    """Name the revision a migrated database is at."""
    revision = ScriptDirectory.from_config(alembic_config("")).get_current_head()
    if revision is None:
        message = "no migration is shipped with this installation"
        raise RuntimeError(message)
    return revision
