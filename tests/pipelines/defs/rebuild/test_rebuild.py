"""A rebuild says what increments have got wrong, publishes what is right, and asks nothing that moves."""

from typing import Any

import psycopg
import pytest

from pipelines.defs.publication.tables import PUBLISHED_TABLES
from pipelines.runner import run_pipeline, run_rebuild
from tests.pipelines.published import add_ticket, published_rows

FOUND = """
    select table_name, missing, surplus, changed, examples
    from serving.rebuild_comparisons
    where run_id = (select run_id from serving.rebuild_comparisons order by compared_at desc limit 1)
        and missing + surplus + changed > 0
    order by table_name
"""
# What no data test looks at: they hold the newest totals to the rows.
SPOIL = """
    update build.ticket_cube set escalated = escalated + 1 where day = current_date - 30;
    delete from build.user_days where month = date_trunc('month', current_date - 45);
    delete from serving.ticket_cube;
    insert into serving.ticket_cube table build.ticket_cube;
    delete from serving.user_days;
    insert into serving.user_days table build.user_days
"""


@pytest.fixture(scope="module", autouse=True)
def first_publication(desk_url: str) -> None:  # noqa: ARG001 - the desk to publish
    assert run_pipeline(train=False).published


def found(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    return connection.execute(FOUND).fetchall()


def test_increments_of_a_desk_are_the_whole(connection: psycopg.Connection) -> None:
    add_ticket(connection, "REBUILT-1")

    outcome = run_rebuild()

    assert (outcome.failures, outcome.differences, found(connection)) == ([], [], [])
    compared = connection.execute("select count(*), sum(rows) from serving.rebuild_comparisons").fetchone()
    assert compared is not None
    assert compared[0] == len(PUBLISHED_TABLES)
    assert compared[1] > 1000
    assert any("REBUILT-1" in row for row in published_rows(connection)["ticket_rows"])


def test_what_an_increment_has_kept_wrong_is_told_and_published_right(
    connection: psycopg.Connection,
) -> None:
    right = published_rows(connection)
    connection.execute(SPOIL)

    outcome = run_rebuild()

    told = {table: counts for table, *counts in found(connection)}
    assert sorted(told) == ["ticket_cube", "user_days"]
    missing, surplus, changed, examples = told["ticket_cube"]
    assert (missing, surplus) == (0, 0)
    assert changed > 0
    assert 0 < len(examples) <= 5
    assert set(examples[0]) == {"series_key", "day"}
    assert told["user_days"][0] > 0
    assert outcome.published
    assert [sentence.partition(":")[0] for sentence in outcome.differences] == ["ticket_cube", "user_days"]
    assert {table: rows for table, rows in published_rows(connection).items() if rows != right[table]} == {}


def test_what_a_publication_has_left_wrong_is_told(connection: psycopg.Connection) -> None:
    connection.execute(
        "update serving.work_cube set handed_over = handed_over + 1 where day = current_date - 20"
    )

    outcome = run_rebuild()

    assert [table for table, *_ in found(connection)] == ["work_cube"]
    assert outcome.published


def test_nothing_that_a_rebuild_compares_reads_operations_again() -> None:
    """Else what happens at the desk between two builds would be told as a fault of the increments."""
    from pipelines.resources.dbt import project_manifest  # noqa: PLC0415 - parses the project

    manifest = project_manifest()
    manifest.build_parent_and_child_maps()
    remade = {"model.sluice.int_changes__first_day"}
    waiting = list(remade)
    while waiting:
        for child in manifest.child_map[waiting.pop()]:
            if child.startswith("model.") and child not in remade:
                remade.add(child)
                waiting.append(child)

    assert len(remade) > 10
    for node in remade:
        assert {
            source for source in lived_from(manifest, node) if source.startswith("source.sluice.ops")
        } == set()


def lived_from(manifest: Any, node: str) -> set[str]:
    """Sources that the model reads when it is built: its own, and those of the views that it reads."""
    read = set()
    for parent in manifest.nodes[node].depends_on.nodes:
        if parent.startswith("source."):
            read.add(parent)
        elif manifest.nodes[parent].config.materialized == "lasting_view":
            read |= lived_from(manifest, parent)
    return read
