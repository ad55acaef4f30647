import json
from collections.abc import Callable
from subprocess import CompletedProcess

import pandas as pd
import psycopg
import pytest

from pipelines.defs.ticket_models.registry import Training, record_training
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


@pytest.fixture
def trainings(model: Model, database_url: str) -> Model:
    """Three trainings of the risk of a breach, of which the last one beats nothing."""
    with psycopg.connect(database_url) as connection:
        for artefact in (b"one", b"two", None):
            training = Training(
                kind="sla_risk",
                model_version="sla_risk-1.0",
                data_from=None,
                data_to=pd.Timestamp("2026-03-10"),
                tickets=900,
                seed=1,
                metrics={"auc": 0.8},
                baseline_metrics={},
                warnings=() if artefact else ("It told nothing.",),
                artefact=artefact,
            )
            record_training(connection, training)
    return model


def served(trainings: Model) -> list[int]:
    listed = json.loads(trainings("list", "--json").stdout)["trainings"]
    return [training["model_run_id"] for training in listed if training["is_served"]]


def test_a_training_that_beat_nothing_leaves_none_served(trainings: Model) -> None:
    assert served(trainings) == []
    assert json.loads(trainings("show", "T3").stdout)["warnings"] == ["It told nothing."]


def test_a_training_is_promoted_and_rolled_back(trainings: Model) -> None:
    done = trainings("promote", "T2", "--reason", "The best so far")
    assert done.returncode == 0, done.stderr
    assert served(trainings) == [2]
    assert trainings("rollback", "sla_risk").returncode == 0
    assert served(trainings) == [1]
    assert trainings("rollback", "sla_risk", "--to-baseline").returncode == 0
    assert served(trainings) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["promote", "T3"], "training T3 cannot be served: it beat no baseline"),
        (["promote", "T9"], "no training has the number T9: see sluice model list"),
        (["promote", "many"], "many is no number of a run: see sluice model list"),
        (
            ["rollback", "resolution_time"],
            "no other training of resolution_time was served before: use --to-baseline to serve none",
        ),
    ],
)
def test_what_cannot_be_served_is_one_sentence(trainings: Model, arguments: list[str], sentence: str) -> None:
    done = trainings(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"sluice: {sentence}\n"


def test_prints_the_card_of_one_model_or_of_all(trainings: Model) -> None:
    done = trainings("card", "sla_risk")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# Model card: sla_risk\n")
    assert "No training is served since" in done.stdout
    assert "It told nothing." in done.stdout
    titles = [line for line in trainings("card").stdout.splitlines() if line.startswith("# ")]
    kinds = ("ticket_volume", "resolution_trend", "sla_risk", "resolution_time")
    assert titles == [f"# Model card: {kind}" for kind in kinds]
