"""A row that cannot be right is left out with its reason, and nothing else is; repaired, it counts again."""

from datetime import UTC, datetime
from typing import NamedTuple

import psycopg
import pytest
from dbt.contracts.graph.manifest import Manifest

from api.tasks.enums import ItemOrigin, ItemStatus, SlaSource, TaskEventKind, TaskStatus
from api.tickets.enums import Priority, TicketEventKind, TicketStatus
from pipelines.resources.dbt import Dbt, project_manifest
from pipelines.runner import run_pipeline
from pipelines.settings import PipelineSettings
from tests.pipelines.published import published_rows

AS_OF = datetime.now(UTC)
VOCABULARIES = {
    "task_status": TaskStatus,
    "sla_source": SlaSource,
    "item_status": ItemStatus,
    "item_origin": ItemOrigin,
    "task_event_kind": TaskEventKind,
    "ticket_status": TicketStatus,
    "priority": Priority,
    "ticket_event_kind": TicketEventKind,
}


class Bad(NamedTuple):
    source_table: str
    reason: str
    statement: str


def of_task(reason: str, change: str, *, status: str = "completed") -> Bad:
    chosen = f"select task_id from ops.task where status = '{status}' order by task_id offset 5 limit 1"
    return Bad("task", reason, f"update ops.task set {change} where task_id = ({chosen})")


def of_ticket(reason: str, change: str) -> Bad:
    return Bad("ticket", reason, f"update ops.ticket_snapshot set {change} where ticket_id = 7")


def of_event(table: str, reason: str, change: str) -> Bad:
    return Bad(table, reason, f"update ops.{table} set {change} where {table}_id = 11")


BAD = {
    "a ticket of no priority": of_ticket("unknown_value", "priority = 'Urgent'"),
    "a ticket of no status": of_ticket("unknown_value", "status = 'Exploded'"),
    "a ticket from tomorrow": of_ticket("in_the_future", "created_at = now() + interval '1 day'"),
    "a ticket closed before": of_ticket(
        "ends_before_it_begins", "closed_at = created_at - interval '1 hour'"
    ),
    "a number twice": of_ticket("duplicate", "ticket_number = 'T1'"),
    "an id of its source twice": Bad(
        "ticket",
        "duplicate",
        "update ops.ticket_snapshot set original_ticket_id = 'A' where ticket_id in (6, 7)",
    ),
    "a task of no ticket": of_task("orphan", "ticket_id = 99999"),
    "a task of no workflow": of_task("orphan", "workflow_id = 99999"),
    "a task of no status": of_task("unknown_value", "status = 'done', resolution_time = null"),
    "a task resolved before": of_task(
        "ends_before_it_begins", "resolution_time = created_at - interval '1 h'"
    ),
    "a task resolved tomorrow": of_task("in_the_future", "resolution_time = now() + interval '1 day'"),
    "a task held for less than no time": of_task("ends_before_it_begins", "hold_seconds = -5"),
    "a task that lost its resolution": of_task("contradictory_state", "resolution_time = null"),
    "a hold without a beginning": of_task("contradictory_state", "hold_started_at = null", status="on_hold"),
    "an item of nobody": of_event("task_item", "orphan", "role_user_id = 99999"),
    "an item before its task": of_event("task_item", "before_its_ticket", "assigned_on = '2001-01-01'"),
    "an item that ends before": of_event(
        "task_item", "ends_before_it_begins", "closed_at = assigned_on - interval '1 minute'"
    ),
    "an event of no task": of_event("task_event", "orphan", "task_id = 99999"),
    "an event of no kind": of_event("task_event", "unknown_value", "kind = 'exploded'"),
    "an event before its task": of_event("task_event", "before_its_ticket", "occurred_at = '2001-01-01'"),
    "an event ahead of its record": of_event(
        "task_event", "in_the_future", "occurred_at = recorded_at + interval '6 minutes'"
    ),
    "an event twice": Bad(
        "task_event",
        "duplicate",
        """
        insert into ops.task_event (task_id, kind, to_status, occurred_at)
        select task_id, kind, to_status, occurred_at from ops.task_event where task_event_id = 11
        """,
    ),
    "a change of no ticket": of_event("ticket_event", "orphan", "ticket_id = 99999"),
    "a change before its ticket": of_event("ticket_event", "before_its_ticket", "occurred_at = '2001-01-01'"),
    "an item's event before it": Bad(
        "task_item_event",
        "before_its_ticket",
        """
        insert into ops.task_item_event (task_item_id, status, occurred_at) values (11, 'new', '2001-01-01')
        """,
    ),
}
SOUND = {
    "a clock that runs ahead by minutes": of_event(
        "task_event", "", "occurred_at = recorded_at + interval '4 minutes'"
    ),
    "a task resolved as it was created": of_task("", "resolution_time = created_at"),
    "a deleted task of no ticket": of_task("", "ticket_id = 99999, deleted_at = now()"),
}
_LOOSEN = """
    do $$
    declare rule record;
    begin
        for rule in
            select conrelid::regclass as relation, conname from pg_constraint
            where connamespace = 'ops'::regnamespace and contype in ('c', 'f', 'u')
                and conrelid::regclass::text ~ '^ops\\.(task|ticket)'
        loop
            execute format('alter table %s drop constraint %I', rule.relation, rule.conname);
        end loop;
    end $$;
    drop index ops.uq_task_open_per_ticket;
"""


@pytest.fixture(scope="module", autouse=True)
def loose_desk(desk_url: str) -> None:
    """A published desk whose database holds nothing to its rules any more, as a repaired dump may be."""
    with psycopg.connect(desk_url, autocommit=True) as connection:
        connection.execute(_LOOSEN)
    assert run_pipeline(train=False).failures == []


@pytest.fixture
def connection(desk_url: str) -> psycopg.Connection:
    connection = psycopg.connect(desk_url)
    connection.execute("set session_replication_role = replica")
    return connection


def broken_rules(connection: psycopg.Connection) -> set[tuple[str, str]]:
    return {
        (table, reason)
        for table, reason in connection.execute(
            "select distinct source_table, reason from staging.base_quality__broken_rules"
        )
    }


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_row_is_named_with_its_reason(connection: psycopg.Connection, bad: Bad) -> None:
    with connection:
        connection.execute(bad.statement)
        found = broken_rules(connection)
        connection.rollback()

    assert (bad.source_table, bad.reason) in found


@pytest.mark.parametrize("bad", SOUND.values(), ids=SOUND)
def test_what_can_be_is_left_alone(connection: psycopg.Connection, bad: Bad) -> None:
    with connection:
        connection.execute(bad.statement)
        found = {table for table, _ in broken_rules(connection)}
        connection.rollback()

    assert bad.source_table not in found


def test_words_are_those_of_the_services(tmp_path_factory: pytest.TempPathFactory) -> None:
    manifest: Manifest = project_manifest()
    assert tmp_path_factory
    for name, words in VOCABULARIES.items():
        macro = manifest.macros["macro.sluice.vocabulary"].macro_sql
        told = macro.partition(f"'{name}': [")[2].partition("]")[0]
        assert {word.strip().strip("'") for word in told.split(",")} == set(words), name


class TestAPublication:
    """Set aside, then repaired: what the next builds make of it is what a whole rebuild makes of it."""

    SPOIL = """
        create table kept_task as select * from ops.task where task_id = 16;
        create table kept_event as select * from ops.task_event where task_event_id = 12;
        update ops.task set resolution_time = created_at - interval '1 hour' where task_id = 16;
        update ops.task_event set occurred_at = '2001-01-01' where task_event_id = 12
    """
    REPAIR = """
        update ops.task set resolution_time = kept.resolution_time from kept_task as kept
        where task.task_id = kept.task_id;
        update ops.task_event set occurred_at = kept.occurred_at from kept_event as kept
        where task_event.task_event_id = kept.task_event_id
    """

    def publish(self, *, full_refresh: bool = False) -> None:
        assert run_pipeline(train=False, full_refresh=full_refresh).failures == []

    def change(self, connection: psycopg.Connection, statement: str) -> None:
        with connection:
            connection.execute(statement)

    def test_leaves_out_what_is_bad_and_takes_it_back(
        self, desk_url: str, connection: psycopg.Connection
    ) -> None:
        with psycopg.connect(desk_url, autocommit=True) as reader:
            sound = published_rows(reader)
            self.change(connection, self.SPOIL)

            self.publish()
            spoilt = published_rows(reader)
            self.publish(full_refresh=True)

            assert spoilt == published_rows(reader)
            assert {row for row in sound["ticket_rows"] if '"task_id": 16,' in row}
            assert not {row for row in spoilt["ticket_rows"] if '"task_id": 16,' in row}
            # The ticket, and the one whose history cannot be told without its event.
            assert len(spoilt["ticket_rows"]) == len(sound["ticket_rows"]) - 2
            assert len(spoilt["quarantined_rows"]) == 2
            (checks,) = reader.execute(
                "select check_results -> 'failed' from serving.publications order by 1 desc limit 1"
            ).fetchone() or ([],)
            assert {each["check"] for each in checks} <= {"quarantine"}

            with psycopg.connect(desk_url) as repair:
                repair.execute("set session_replication_role = replica")
                repair.execute(self.REPAIR)
            self.publish()
            assert {**published_rows(reader), "input_facts": []} == {**sound, "input_facts": []}


def test_the_build_knows_the_rules() -> None:
    result = Dbt(PipelineSettings()).invoke(
        ["test", "--select", "stg_quality__quarantined_rows"], project_manifest()
    )
    assert result.success
