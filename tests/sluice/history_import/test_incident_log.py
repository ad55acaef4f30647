"""A public audit log of incidents, against figures computed straight from its file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.sluice.history_import.conftest import MAPPINGS


@pytest.fixture(scope="module")
def incidents(
    shared_data: Path, module_database_url: str, import_into: Callable[[str, Path, Path], None]
) -> Callable[[str], list[tuple[Any, ...]]]:
    """Ask the database into which the log was imported."""
    log = shared_data / "uci_incidents" / "incident_event_log.csv.gz"
    import_into(module_database_url, log, MAPPINGS / "servicenow_event_log.yaml")

    def ask(statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(module_database_url) as connection:
            return connection.execute(statement.encode()).fetchall()

    return ask


Ask = Callable[[str], list[tuple[Any, ...]]]


def test_every_incident_is_a_completed_task_of_a_closed_ticket(incidents: Ask) -> None:
    assert incidents("select status, count(*) from ops.task group by 1") == [("completed", 24_918)]
    assert incidents("select status, count(*) from ops.ticket_snapshot group by 1") == [("Closed", 24_918)]


def test_last_priorities(incidents: Ask) -> None:
    found = incidents("select priority, count(*) from ops.ticket_snapshot group by 1 order by 2 desc")
    assert found == [("Medium", 23_466), ("Low", 774), ("High", 408), ("Critical", 270)]


def test_recorded_sla_outcome_is_that_of_the_last_row(incidents: Ask) -> None:
    assert incidents(
        "select count(*) from ops.task where sla_source = 'recorded' and not recorded_sla_met"
    ) == [(9_115,)]
    met = dict(
        incidents(
            "select ticket.priority, "
            "round(100.0 * count(*) filter (where recorded_sla_met) / count(*), 1)::float "
            "from ops.task join ops.ticket_snapshot as ticket using (ticket_id) group by 1"
        )
    )
    assert met == {"Critical": 1.9, "High": 0.5, "Medium": 64.5, "Low": 84.1}


def test_median_resolution_leaves_out_what_was_never_recorded_as_resolved(incidents: Ask) -> None:
    hours = dict(
        incidents(
            "select coalesce(ticket.priority, 'all'), round((percentile_cont(0.5) within group "
            "(order by extract(epoch from resolution_time - task.created_at)) / 3600)::numeric, 1)::float "
            "from ops.task join ops.ticket_snapshot as ticket using (ticket_id) "
            "where is_resolution_recorded group by rollup (ticket.priority)"
        )
    )
    assert hours == {"all": 22.1, "Critical": 80.2, "High": 38.2, "Medium": 21.6, "Low": 5.0}
    assert incidents("select count(*) from ops.task where is_resolution_recorded") == [(23_362,)]


def test_never_resolved_incidents_are_complete_from_their_closing(incidents: Ask) -> None:
    assert incidents(
        "select count(*), bool_and(resolution_time = closed_at) from ops.task "
        "join ops.ticket_snapshot using (ticket_id) where not is_resolution_recorded"
    ) == [(1_556, True)]


def test_changes_count_a_missing_value_as_a_value(incidents: Ask) -> None:
    changed = dict(incidents("select kind, count(distinct ticket_id) from ops.ticket_event group by 1"))
    assert changed["group_changed"] == 11_344
    assert changed["assignee_changed"] == 8_949
    assert changed["priority_changed"] == 383
    assert changed["category_changed"] == 1_216


def test_reopened_incidents(incidents: Ask) -> None:
    assert incidents("select count(distinct task_id) from ops.task_event where kind = 'reopened'") == [(275,)]


def test_nothing_happens_before_its_ticket_was_created(incidents: Ask) -> None:
    assert incidents(
        "select count(*) from ops.task_event as event join ops.task using (task_id) "
        "where event.occurred_at < task.created_at"
    ) == [(0,)]


def test_created_at_is_the_log_s_and_recorded_at_is_now(incidents: Ask) -> None:
    assert incidents("select min(created_at)::date::text, max(created_at)::date::text from ops.task") == [
        ("2016-02-29", "2017-02-16")
    ]
    assert incidents("select min(recorded_at) > now() - interval '1 day' from ops.task_event") == [(True,)]


def test_log_s_future_does_not_leak_into_earlier_events(incidents: Ask) -> None:
    """The resolved instant stands on every row of a case; only the completing event may carry it."""
    assert incidents(
        "select count(*) from ops.task_event as event join ops.task using (task_id) "
        "where event.kind = 'completed' and event.occurred_at > task.resolution_time"
    ) == [(0,)]
    assert incidents(
        "select count(*) from ops.task where resolution_time <> ("
        "  select max(occurred_at) from ops.task_event as event "
        "  where event.task_id = task.task_id and kind = 'completed')"
    ) == [(0,)]


def test_every_item_is_held_by_a_member_of_the_group_that_had_the_ticket(incidents: Ask) -> None:
    assert incidents(
        "select count(*) > 0, count(*) filter (where role.system <> 'tts') from ops.task_item "
        "join ops.role_user using (role_user_id) join ops.role using (role_id)"
    ) == [(True, 0)]


def test_workflow_is_frozen_as_it_was_found(incidents: Ask) -> None:
    [(status, nodes, edges, starts)] = incidents(
        "select workflow.status, jsonb_array_length(definition -> 'nodes'), "
        "jsonb_array_length(definition -> 'edges'), "
        "(select count(*) from ops.step where step.workflow_id = workflow.workflow_id and is_start) "
        "from ops.workflow join ops.workflow_version using (workflow_id)"
    )
    assert (status, nodes, starts) == ("draft", 8, 1)
    assert edges == incidents("select count(*) from ops.step_transition")[0][0]


def test_the_import_is_on_record(incidents: Ask) -> None:
    assert incidents("select source_service, files, counts -> 'tickets' from ops.import_batch") == [
        ("servicenow_log", ["incident_event_log.csv.gz"], 24_918)
    ]
