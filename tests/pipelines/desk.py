from pathlib import Path

import psycopg

_DESK = (Path(__file__).parent / "desk.sql").read_text(encoding="utf-8")


def fill_desk(database_url: str, *, tickets: int, days: int) -> None:
    """Load a small desk into an empty, migrated database."""
    with psycopg.connect(database_url, autocommit=False, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(_DESK, {"tickets": tickets, "days": days})
