"""Whatever is asked of tasks, and in whatever order: their columns say what their events say."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from api.main import create_workflow_api
from api.settings import ApiSettings
from tests.factories.crew import ADMIN, COORDINATORS, PEOPLE, STRANGER, Crew
from tests.factories.desk import Desk
from tests.factories.histories import contradictions
from tests.fixtures.statements import noted_statements

people = st.sampled_from(PEOPLE)
steps_ahead = st.sampled_from(["assign", "reject", "finish", "unknown"])
versions = st.sampled_from([None, None, None, 1, 2, 99])
statuses = st.sampled_from(["on_hold", "in progress", "cancelled", "completed", "pending"])
OVER = ["Resolved", "Closed", "Withdrawn", "Rejected"]
# A ticket that is over ends the play with its task, so most are not told to be.
ticket_statuses = st.sampled_from([*["New"] * 4, *["In Progress"] * 4, *OVER])
REFUSALS = {400, 403, 404, 409}
MOST_STATEMENTS = 5


@dataclass
class Stage:
    """A served desk, played on by one example after the other."""

    runner: asyncio.Runner
    crew: Crew
    connection: psycopg.Connection[Any]

    def send(self, method: str, path: str, user_id: int, body: Any = None) -> httpx.Response:
        return self.runner.run(self.crew.send(method, path, user_id, body))


@pytest.fixture(scope="module")
def stage(module_database_url: str) -> Iterator[Stage]:
    api_settings = ApiSettings(database_url=module_database_url, pool_size=4, log_level="ERROR")
    app = create_workflow_api(api_settings)
    with asyncio.Runner() as runner, psycopg.connect(module_database_url, autocommit=True) as connection:
        lifespan = app.router.lifespan_context(app)
        runner.run(lifespan.__aenter__())
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test")
        crew = runner.run(Crew.gather(client, Desk(module_database_url), api_settings))
        yield Stage(runner, crew, connection)
        runner.run(client.aclose())
        runner.run(lifespan.__aexit__(None, None, None))


class Engine(RuleBasedStateMachine):
    """One ticket and all the tasks that it ever gets; the next ticket once it is over."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.crew = self.stage.crew
        self.task_ids: list[int] = []
        self.take_next_ticket()

    @property
    def task_id(self) -> int:
        return self.task_ids[-1]

    def ask(self, method: str, path: str, user_id: int, body: Any = None) -> httpx.Response:
        answer = self.stage.send(method, path, user_id, body)
        assert answer.is_success or answer.status_code in REFUSALS, answer.text
        return answer

    def item_id(self, number: int) -> int:
        """Choose one of the task's items, the open one last and so most often."""
        items = self.crew.items(self.task_id)
        return int(items[max(-len(items), number)]["task_item_id"]) if items else 1

    def told(self, status: str, priority: str) -> None:
        told = self.crew.tell(
            ticket_number=self.number,
            status=status,
            priority=priority,
            occurred_at=datetime.now(UTC).isoformat(),
        )
        task_id = self.stage.runner.run(told)["task_id"]
        if task_id is not None and task_id not in self.task_ids:
            self.task_ids.append(task_id)

    def take_next_ticket(self) -> None:
        self.number = f"TX{next(self.crew.numbers):014}"
        self.told("New", "High")

    @rule()
    def go_on(self) -> None:
        if self.crew.task(self.task_id)["ticket_status"] in OVER:
            self.take_next_ticket()

    @rule(user_id=people, ahead=steps_ahead, version=versions)
    def transition(self, user_id: int, ahead: str, version: int | None) -> None:
        ids = {"assign": self.crew.assign, "reject": self.crew.reject, "unknown": 10**9}
        body = {"transition_id": ids.get(ahead), "notes": "done", "version": version}
        self.ask("POST", f"/transitions/{self.task_id}/transition/", user_id, body)

    @rule(ahead=st.sampled_from(["assign", "reject", "assign", "reject", "finish"]))
    def transition_by_its_holder(self, ahead: str) -> None:
        held = [item for item in self.crew.items(self.task_id) if item["closed_at"] is None]
        self.transition(user_id=held[0]["user_id"] if held else ADMIN, ahead=ahead, version=None)

    @rule()
    def work_to_the_end(self) -> None:
        self.transition_by_its_holder("assign")
        self.transition_by_its_holder("finish")

    @rule(user_id=people, number=st.integers(-3, -1), force=st.booleans(), to=people)
    def transfer(self, user_id: int, number: int, to: int, *, force: bool) -> None:
        body = {"task_item_id": self.item_id(number), "new_user_id": to, "force_role": force}
        self.ask("POST", "/tasks/transfer/", user_id, body)

    @rule(number=st.integers(-3, -1), to=people)
    def transfer_by_an_admin(self, number: int, to: int) -> None:
        self.transfer(user_id=ADMIN, number=number, to=to, force=True)

    @rule(user_id=st.sampled_from([*[ADMIN] * 5, *PEOPLE]), number=st.integers(-3, -1))
    def escalate(self, user_id: int, number: int) -> None:
        body = {"task_item_id": self.item_id(number), "reason": "stuck"}
        self.ask("POST", "/tasks/escalate/", user_id, body)

    @rule(user_id=st.sampled_from([*[ADMIN] * 5, *PEOPLE]), version=versions)
    def toggle_hold(self, user_id: int, version: int | None) -> None:
        self.ask("POST", f"/tasks/{self.task_id}/toggle-hold/", user_id, {"version": version})

    @rule(user_id=people)
    def start(self, user_id: int) -> None:
        held = [item for item in self.crew.items(self.task_id) if item["closed_at"] is None]
        user_id = held[0]["user_id"] if held and user_id != STRANGER else user_id
        body = {"status": "in progress"}
        self.ask("POST", f"/tasks/{self.task_id}/update-user-status/", user_id, body)

    @rule(user_id=st.sampled_from([ADMIN, *PEOPLE]), status=statuses, owner=st.sampled_from([None, *PEOPLE]))
    def put(self, user_id: int, status: str, owner: int | None) -> None:
        body = {"status": status, "reason": "asked for", "ticket_owner_id": owner}
        self.ask("PUT", f"/tasks/{self.task_id}/", user_id, body)

    @rule(user_id=people)
    def delete(self, user_id: int) -> None:
        self.ask("DELETE", f"/tasks/{self.task_id}/", user_id)

    @rule(assignee=st.sampled_from([None, *PEOPLE]))
    def create(self, assignee: int | None) -> None:
        body = {
            "ticket_number": self.number,
            "workflow_id": self.crew.workflow_id,
            "assignee_user_id": assignee,
        }
        answer = self.ask("POST", "/tasks/", ADMIN, body)
        if answer.is_success:
            self.task_ids.append(answer.json()["task_id"])

    @rule(status=ticket_statuses, priority=st.sampled_from(["Critical", "High", "Low"]))
    def ingest(self, status: str, priority: str) -> None:
        self.told(status, priority)

    @rule(user_id=st.sampled_from([*COORDINATORS, ADMIN]), to=st.sampled_from([*COORDINATORS, ADMIN]))
    def hand_ownership_on(self, user_id: int, to: int) -> None:
        body = {"ticket_number": self.number, "reason": "away", "new_owner_user_id": to}
        self.ask("POST", "/tasks/ticket-owner/escalate/", user_id, body)
        self.ask("POST", "/tasks/ticket-owner/transfer/", user_id, body)

    @rule(role=st.sampled_from(["agent", "technician", "manager"]), is_active=st.booleans())
    def staff(self, role: str, *, is_active: bool) -> None:
        self.stage.connection.execute(
            "update ops.role_user set is_active = %s where role_id = %s",
            [is_active, getattr(self.crew.roles, role)],
        )

    @rule(
        user_id=people,
        path=st.sampled_from(["", "my-tasks/", "all-tasks/", "all-tasks/?tab=unassigned", "owned-tickets/"]),
        size=st.sampled_from([1, 10, 100]),
    )
    def look(self, user_id: int, path: str, size: int) -> None:
        mark = "&" if "?" in path else "?"
        with noted_statements() as statements:
            self.ask("GET", f"/tasks/{path}{mark}page_size={size}", user_id)
        assert len(statements) <= MOST_STATEMENTS, statements

    @invariant()
    def columns_say_what_events_say(self) -> None:
        assert contradictions(self.stage.connection, self.task_ids) == []

    def teardown(self) -> None:
        self.stage.connection.execute("update ops.role_user set is_active = true")


def test_the_engine_stays_consistent(stage: Stage) -> None:
    machine = type("StagedEngine", (Engine,), {"stage": stage})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
