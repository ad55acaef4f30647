import json
from collections.abc import Callable
from datetime import UTC, datetime
from subprocess import CompletedProcess

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.sluice.conftest import Command

Queue = Callable[..., "CompletedProcess[str]"]
NOW = datetime.now(UTC)


@pytest.fixture
def queue(sluice: Command, database_url: str) -> Queue:
    """`sluice queue` on an outbox of one waiting, two failed and one delivered event."""
    failed = {"attempts": 3, "last_error": "400: subject is blank", "failed_at": NOW}
    events = {
        "waits": {"attempts": 1, "last_error": "ConnectError", "failed_at": None},
        "fails": failed,
        "fails-too": failed,
        "went": {"attempts": 1, "last_error": None, "failed_at": None, "delivered_at": NOW},
    }
    with psycopg.connect(database_url) as connection:
        for name, facts in events.items():
            connection.execute(
                """
                insert into intake.outbox_event (
                    event_id, kind, ticket_id, payload, occurred_at, attempts, last_error, failed_at,
                    delivered_at
                ) values (
                    %(event_id)s, 'ticket.created', 'TX20260101000001', %(payload)s, %(now)s, %(attempts)s,
                    %(last_error)s, %(failed_at)s, %(delivered_at)s
                )
                """,
                {"delivered_at": None, "event_id": name, "payload": Jsonb({"n": 1}), "now": NOW, **facts},
            )
    return lambda *arguments: sluice("queue", *arguments, SLUICE_DATABASE_URL=database_url)


def waiting_jobs(database_url: str) -> list[str]:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "select args->>'event_id' from queue.procrastinate_jobs where status = 'todo' order by 1"
        ).fetchall()
    return [row[0] for row in rows]


def test_lists_what_is_not_delivered_and_counts_all(queue: Queue) -> None:
    done = queue("list")
    assert done.returncode == 0, done.stderr
    *lines, counts = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["waits", "fails", "fails-too"]
    assert "400: subject is blank" in lines[1]
    assert counts == "1 waiting, 2 failed, 1 delivered"


def test_lists_one_state_as_json(queue: Queue) -> None:
    found = json.loads(queue("list", "--state", "failed", "--json").stdout)
    assert found["counts"] == {"waiting": 1, "failed": 2, "delivered": 1}
    assert {event["event_id"] for event in found["events"]} == {"fails", "fails-too"}
    assert "payload" not in found["events"][0]


def test_shows_one_with_what_it_carries(queue: Queue) -> None:
    event = json.loads(queue("show", "fails").stdout)
    assert (event["state"], event["payload"], event["attempts"]) == ("failed", {"n": 1}, 3)


def test_replays_the_one_named(queue: Queue, database_url: str) -> None:
    done = queue("replay", "fails")
    assert (done.returncode, done.stdout) == (0, "1 handed to the worker again.\n")
    assert waiting_jobs(database_url) == ["fails"]
    assert json.loads(queue("show", "fails").stdout)["state"] == "waiting"


def test_replays_all_that_failed_once(queue: Queue, database_url: str) -> None:
    assert queue("replay", "--all").stdout == "2 handed to the worker again.\n"
    assert queue("replay", "--all").stdout == "0 handed to the worker again.\n"
    assert waiting_jobs(database_url) == ["fails", "fails-too"]


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
