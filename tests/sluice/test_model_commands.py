import json
from collections.abc import Callable
from subprocess import CompletedProcess

import psycopg
import pytest

from pipelines.defs.ticket_volume.ledger import seal_run
from tests.factories.forecasts import change_unguarded, issue_run
from tests.sluice.conftest import Command

Model = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def model(sluice: Command, database_url: str) -> Model:
    """`sluice model` on a ledger of two sealed runs."""
    with psycopg.connect(database_url) as connection:
        for level in (10, 20):
            seal_run(connection, issue_run(connection, level))
    return lambda *arguments: sluice("model", *arguments, SLUICE_DATABASE_URL=database_url)


def test_lists_the_newest_run_first(model: Model) -> None:
    done = model("list", "--limit", "1")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert " ".join(line.split()) == ("2 ticket_volume 1 2026-03-10 12:00Z 1 series, 0 fallbacks not judged")
    assert [run["run_id"] for run in json.loads(model("list", "--json").stdout)["runs"]] == [2, 1]


def test_says_what_to_do_where_nothing_was_trained(sluice: Command, database_url: str) -> None:
    done = sluice("model", "list", SLUICE_DATABASE_URL=database_url)
    assert (done.returncode, done.stdout) == (
        0,
        "Nothing was trained yet: sluice pipeline run trains and publishes.\n",
    )


def test_shows_a_run_with_its_series(model: Model) -> None:
    shown = json.loads(model("show", "1").stdout)
    assert shown["run_id"] == 1
    assert [(series["champion"], series["filters"]) for series in shown["series"]] == [("prophet", {})]


def test_a_run_that_is_not_there_is_one_sentence(model: Model) -> None:
    done = model("show", "9")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "sluice: no run has the number 9: see sluice model list\n"


def test_verify_tells_a_change_and_exits_with_one(model: Model, database_url: str) -> None:
    done = model("verify")
    assert (done.returncode, done.stdout) == (0, "Every forecast is as it was issued.\n")
    with psycopg.connect(database_url) as connection:
        change_unguarded(connection, "update ml.forecast_point set predicted = 9 where run_id = 1")
    done = model("verify", "--json")
    assert done.returncode == 1
    (broken,) = json.loads(done.stdout)["broken"]
    assert broken.startswith("run 1 of 2026-03-10 is not what was sealed")
