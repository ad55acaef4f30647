import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from subprocess import CompletedProcess

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.sluice.conftest import Command

Queue = Callable[..., "CompletedProcess[str]"]
NOW = datetime.now(UTC)


@pytest.fixture
def queue(sluice: Command, database_url: str) -> Queue:
    """`sluice queue` on outboxes with one waiting, one delivered and two failed events, one each way."""
    failed = {"attempts": 3, "last_error": "400: subject is blank", "failed_at": NOW}
    events = {
        "waits": {"attempts": 1, "last_error": "ConnectError", "failed_at": None},
        "fails": failed,
        "fails-back": {**failed, "outbox": "ops", "kind": "ticket.status_changed"},
        "went": {"attempts": 1, "last_error": None, "failed_at": None, "delivered_at": NOW},
    }
    columns = {"intake": "ticket_id", "ops": "ticket_number"}
    with psycopg.connect(database_url) as connection:
        for place, (name, told) in enumerate(events.items()):
            facts = {"outbox": "intake", "kind": "ticket.created", "delivered_at": None, **told}
            connection.execute(
                f"""
                insert into {facts["outbox"]}.outbox_event (
                    event_id, kind, {columns[facts["outbox"]]}, payload, occurred_at, attempts, last_error,
                    failed_at, delivered_at
                ) values (
                    %(event_id)s, %(kind)s, 'TX20260101000001', %(payload)s, %(at)s, %(attempts)s,
                    %(last_error)s, %(failed_at)s, %(delivered_at)s
                )
                """,
                {"event_id": name, "payload": Jsonb({"n": 1}), "at": NOW + timedelta(seconds=place), **facts},
            )
        # The jobs that came with them have been worked on.
        connection.execute("set local search_path to queue")
        connection.execute("delete from procrastinate_jobs")
    return lambda *arguments: sluice("queue", *arguments, SLUICE_DATABASE_URL=database_url)


def waiting_jobs(database_url: str) -> list[tuple[str, str, str]]:
    """List the waiting jobs: the event, the queue and the outbox of each."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "select args->>'event_id', queue_name, args->>'outbox_name' from queue.procrastinate_jobs "
            "where status = 'todo' order by 1"
        ).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def test_lists_what_is_not_delivered_and_counts_all(queue: Queue) -> None:
    done = queue("list")
    assert done.returncode == 0, done.stderr
    *lines, counts = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["waits", "fails", "fails-back"]
    assert [line.split()[1:4] for line in lines[1:]] == [
        ["intake", "failed", "ticket.created"],
        ["ops", "failed", "ticket.status_changed"],
    ]
    assert "400: subject is blank" in lines[1]
    assert counts == "1 waiting, 2 failed, 1 delivered"


def test_lists_one_state_as_json(queue: Queue) -> None:
    found = json.loads(queue("list", "--state", "failed", "--json").stdout)
    assert found["counts"] == {"waiting": 1, "failed": 2, "delivered": 1}
    assert {event["event_id"] for event in found["events"]} == {"fails", "fails-back"}
    assert {event["outbox"] for event in found["events"]} == {"intake", "ops"}
    assert "payload" not in found["events"][0]


def test_shows_one_with_what_it_carries(queue: Queue) -> None:
    for name, outbox in (("fails", "intake"), ("fails-back", "ops")):
        event = json.loads(queue("show", name).stdout)
        assert (event["outbox"], event["state"], event["attempts"]) == (outbox, "failed", 3)
        assert event["payload"] == {"n": 1}


@pytest.mark.parametrize(
    ("name", "job"), [("fails", ("deliveries", "intake")), ("fails-back", ("answers", "ops"))]
)
def test_replays_the_one_named(queue: Queue, database_url: str, name: str, job: tuple[str, str]) -> None:
    done = queue("replay", name)
    assert (done.returncode, done.stdout) == (0, "1 handed to the worker again.\n")
    assert waiting_jobs(database_url) == [(name, *job)]
    assert json.loads(queue("show", name).stdout)["state"] == "waiting"


def test_replays_all_that_failed_once(queue: Queue, database_url: str) -> None:
    assert queue("replay", "--all").stdout == "2 handed to the worker again.\n"
    assert queue("replay", "--all").stdout == "0 handed to the worker again.\n"
    assert [job[0] for job in waiting_jobs(database_url)] == ["fails", "fails-back"]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (["show", "nobody"], 1, "no event 'nobody' is in the outbox"),
        (["replay", "went"], 1, "'went' is not a failed event"),
        (["replay"], 2, "give --all"),
        (["replay", "fails", "--all"], 2, "give --all"),
        (["list", "--state", "lost"], 2, "use waiting, failed, delivered"),
    ],
)
def test_says_what_is_wrong(queue: Queue, arguments: list[str], exit_code: int, said: str) -> None:
    done = queue(*arguments)
    assert done.returncode == exit_code
    assert said in " ".join(done.stderr.replace("│", " ").split())
