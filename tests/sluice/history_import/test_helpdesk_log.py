"""A public help desk log, as CSV and as XES: the same tickets either way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.sluice.history_import.conftest import MAPPINGS

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def both(
    shared_data: Path,
    module_database_url: str,
    second_database_url: str,
    import_into: Callable[[str, Path, Path], None],
) -> tuple[Ask, Ask]:
    folder = shared_data / "italian_helpdesk"
    import_into(module_database_url, folder / "helpdesk_finale.csv.gz", MAPPINGS / "helpdesk_csv.yaml")
    import_into(second_database_url, folder / "Helpdesk.xes.gz", MAPPINGS / "helpdesk_xes.yaml")

    def asker(url: str) -> Ask:
        def ask(statement: str) -> list[tuple[Any, ...]]:
            with psycopg.connect(url) as connection:
                return connection.execute(statement.encode()).fetchall()

        return ask

    return asker(module_database_url), asker(second_database_url)


@pytest.mark.parametrize("form", [0, 1], ids=["csv", "xes"])
class TestFigures:
    def test_tickets(self, both: tuple[Ask, Ask], form: int) -> None:
        assert both[form]("select count(*) from ops.task") == [(4_580,)]

    @pytest.mark.parametrize(("status", "count"), [("Resolved", 4_569), ("Closed", 4_559)])
    def test_tickets_that_reached(self, both: tuple[Ask, Ask], form: int, status: str, count: int) -> None:
        assert both[form](
            f"select count(distinct ticket_id) from ops.ticket_event where to_value = '{status}'"
        ) == [(count,)]

    def test_tickets_resolved_more_than_once(self, both: tuple[Ask, Ask], form: int) -> None:
        assert both[form](
            "select count(*) from (select ticket_id from ops.ticket_event where to_value = 'Resolved' "
            "group by ticket_id having count(*) > 1) as resolved"
        ) == [(386,)]

    @pytest.mark.parametrize(("status", "days"), [("Resolved", 6.66), ("Closed", 39.8)])
    def test_median_days_to_the_last(
        self, both: tuple[Ask, Ask], form: int, status: str, days: float
    ) -> None:
        [(found,)] = both[form](
            "select percentile_cont(0.5) within group (order by days) from ("
            "  select extract(epoch from max(occurred_at) - submit_date) / 86400 as days "
            f"  from ops.ticket_event join ops.ticket_snapshot using (ticket_id) where to_value = '{status}' "
            "  group by ticket_id, submit_date) as life"
        )
        assert found == pytest.approx(days, abs=0.05)

    def test_median_of_the_tasks(self, both: tuple[Ask, Ask], form: int) -> None:
        [(days,)] = both[form](
            "select percentile_cont(0.5) within group "
            "(order by extract(epoch from resolution_time - created_at) / 86400) "
            "from ops.task where is_resolution_recorded"
        )
        assert days == pytest.approx(6.66, abs=0.005)


def test_seriousness_changes(both: tuple[Ask, Ask]) -> None:
    from_csv, _ = both
    assert from_csv(
        "select count(distinct ticket_id) from ops.ticket_event where kind = 'priority_changed'"
    ) == [(77,)]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            "select ticket_number, task.status, resolution_time, task.created_at, hold_seconds, "
            "first_response_at, hold_started_at, step.name from ops.task "
            "join ops.ticket_snapshot using (ticket_id) join ops.step on step_id = current_step_id "
            "order by 1",
            id="tasks",
        ),
        pytest.param(
            "select ticket_number, kind, occurred_at, step.name from ops.task_event "
            "join ops.task using (task_id) join ops.ticket_snapshot using (ticket_id) "
            "left join ops.step on step_id = to_step_id order by task_event_id",
            id="task events",
        ),
        pytest.param(
            "select ticket_number, item.status, origin, assigned_on, item.closed_at, user_full_name "
            "from ops.task_item as item join ops.task using (task_id) "
            "join ops.ticket_snapshot using (ticket_id) join ops.role_user using (role_user_id) "
            "order by task_item_id",
            id="items",
        ),
    ],
)
def test_csv_and_xes_tell_the_same(both: tuple[Ask, Ask], statement: str) -> None:
    from_csv, from_xes = both
    assert from_csv(statement) == from_xes(statement)
