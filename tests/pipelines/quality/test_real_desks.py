"""Each gate on real databases: it finds what is wrong with a desk, and nothing wrong with sound ones."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from pipelines.quality.gates import GATES, Gate, Stage
from pipelines.resources.frames import read_frame
from pipelines.runner import run_pipeline
from tests.pipelines.desk import fill_desk
from tests.pipelines.quality.faults import BUILT, FAULTS, Fault

GATE = {gate.name: gate for gate in GATES}
# Few enough to be trained on in seconds, so many that each share is judged.
TICKETS, DAYS = 1400, 70


@pytest.fixture(scope="module")
def desk_url(module_database_url: str, sluice_home: Any) -> str:
    fill_desk(module_database_url, tickets=TICKETS, days=DAYS)
    with psycopg.connect(module_database_url) as connection:
        connection.execute("update ops.ticket_snapshot set requester = '{\"id\": 1}'")
    sluice_home(module_database_url)
    outcome = run_pipeline()
    assert outcome.failures == []
    return module_database_url


@pytest.fixture
def broken(desk_url: str) -> Iterator[psycopg.Connection]:
    """A transaction in which the desk may be broken; what is done in it is undone."""
    with psycopg.connect(desk_url) as connection:
        connection.execute("set session_replication_role = replica")
        yield connection
        connection.rollback()


def judge(connection: psycopg.Connection, gate: Gate) -> Any:
    # Imported by the test, under its warning filters: Great Expectations takes seconds to import.
    from pipelines.quality.validation import validate  # noqa: PLC0415

    return validate(gate, read_frame(connection, gate.query))


def count_what_is_set_aside(connection: psycopg.Connection) -> None:
    """As the build does, which a transaction that is undone cannot run."""
    connection.execute(
        """
        update build.input_facts as facts
        set quarantined_count = (
            select count(distinct row_id) from staging.base_quality__broken_rules as broken
            where broken.source_table = facts.source_table
        )
        """
    )


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_a_sound_desk_passes(broken: psycopg.Connection, gate: Gate) -> None:
    verdict = judge(broken, gate)

    assert (verdict.faults, verdict.warnings) == ((), ())


@pytest.mark.parametrize("fault", [*FAULTS.values(), *BUILT.values()], ids=[*FAULTS, *BUILT])
def test_a_fault_is_found(broken: psycopg.Connection, fault: Fault) -> None:
    broken.execute(fault.statement)
    if fault.gate == "quarantine":
        count_what_is_set_aside(broken)

    verdict = judge(broken, GATE[fault.gate])

    found = verdict.faults if fault.blocks else verdict.warnings
    assert any(sentence.startswith(fault.column) for sentence in found), (verdict.faults, verdict.warnings)


@pytest.mark.parametrize("tickets", [0, 1, 30])
def test_a_sparse_desk_passes(database_url: str, sluice_home: Any, tickets: int) -> None:
    if tickets:
        fill_desk(database_url, tickets=tickets, days=20)
    sluice_home(database_url)

    outcome = run_pipeline(train=False)

    assert outcome.failures == []
    with psycopg.connect(database_url) as connection:
        row = connection.execute("select check_results -> 'failed' from serving.publications").fetchone()
        for gate in GATES:
            assert judge(connection, gate).passed, gate.name
    assert row == ([],)


def test_every_stage_has_its_gates() -> None:
    assert {gate.stage for gate in GATES} == set(Stage)
    assert {fault.gate for fault in [*FAULTS.values(), *BUILT.values()]} == {gate.name for gate in GATES}
