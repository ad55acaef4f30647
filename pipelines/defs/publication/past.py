"""What earlier publications showed, as long as it is kept."""

import psycopg
from psycopg import sql

from pipelines.defs.publication.tables import PUBLISHED_TABLES

KEPT_PUBLICATIONS = 30

_KEEP = "insert into past.publications (publication_id) values (%s)"
_FORGET = """
    delete from past.publications
    where publication_id not in (
        select publication_id from past.publications order by publication_id desc limit %s
    )
"""
_OLDEST = "select min(publication_id) from past.publications"


def forget_past(connection: psycopg.Connection, publication_id: int, kept: int) -> None:
    """Begin to keep a publication, and drop the rows that none of the last `kept` showed."""
    connection.execute(_KEEP, [publication_id])
    connection.execute(_FORGET, [kept])
    row = connection.execute(_OLDEST).fetchone()
    for table in PUBLISHED_TABLES:
        statement = sql.SQL("delete from past.{} where known_until <= %s").format(sql.Identifier(table))
        connection.execute(statement, row)
