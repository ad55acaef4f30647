"""What the models are asked about is watched: a model that no longer knows the desk's words is not served."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import dagster as dg
import numpy as np
import pandas as pd
import psycopg
import pytest

from ml.drift import learn_shapes
from pipelines.defs.ticket_models.assets import ticket_models, ticket_predictions
from pipelines.defs.ticket_models.cases import Cases
from pipelines.defs.ticket_models.inputs import judge_inputs, judge_words
from pipelines.defs.ticket_models.registry import Training, decide, read_decision, record_training
from pipelines.defs.ticket_models.scoring import score_open_tickets
from pipelines.defs.ticket_models.training import train_risk, train_time
from pipelines.resources.postgres import Postgres
from tests.pipelines.defs.ticket_models.simulated import simulate_cases, write_cases

NEW_NAMES = {"High": "P1", "Low": "P2"}
RENAMED = tuple(
    f"{kind}: 100% of what tickets now have as priority was unknown or rare when the model was learnt."
    for kind in ("sla_risk", "resolution_time")
)


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def cases() -> Cases:
    """A desk of which the newest eighty tickets are open."""
    cases = simulate_cases()
    rows = cases.log.rows
    newest = pd.Index(rows.drop_duplicates("ticket").nlargest(80, "opened_at")["ticket"])
    ended = rows["ticket"].isin(newest) & (rows["status"] == "completed")
    return replace(
        cases,
        log=replace(cases.log, rows=rows[~ended].reset_index(drop=True)),
        breaches=cases.breaches.drop(newest, errors="ignore"),
        ends=cases.ends.assign(
            **{name: cases.ends[name].mask(cases.ends.index.isin(newest)) for name in cases.ends}
        ),
        open_tickets=cases.open_tickets.union(newest),
    )


@pytest.fixture(scope="module")
def renamed(cases: Cases) -> Cases:
    """The same desk, which calls its priorities otherwise since those tickets came."""
    rows = cases.log.rows
    is_open = rows["ticket"].isin(cases.open_tickets)
    priority = rows["priority"].where(~is_open, rows["priority"].replace(NEW_NAMES))
    return replace(cases, log=replace(cases.log, rows=rows.assign(priority=priority)))


@pytest.fixture(scope="module")
def trainings(cases: Cases) -> list[Training]:
    return [train_risk(cases), train_time(cases)]


class TestTraining:
    def test_a_desk_that_stays_as_it_is_has_no_inputs_to_warn_of(self, trainings: list[Training]) -> None:
        for training in trainings:
            assert training.artefact is not None
            assert training.warnings == ()
            inputs = training.metrics["inputs"]
            assert inputs["recent_tickets"] > 200
            assert inputs["open_tickets"] >= 80
            assert inputs["watched"] > 10
            assert {"priority", "group"} & {moved["input"] for moved in inputs["moved"]}

    def test_words_that_are_all_new_take_the_model_away(
        self, connection: psycopg.Connection[Any], renamed: Cases, trainings: list[Training]
    ) -> None:
        for before, learn, sentence in zip(trainings, (train_risk, train_time), RENAMED, strict=True):
            record_training(connection, before)
            training = learn(renamed)
            record_training(connection, training)

            told = sentence.removeprefix(f"{training.kind}: ")
            assert training.artefact is None
            assert training.warnings == (told,)
            assert training.metrics["inputs"]["warnings"] == (told,)
            assert read_decision(connection, training.kind).model_run_id is None
        reasons = connection.execute(
            "select reason from ml.model_promotion where model_run_id is null"
        ).fetchall()
        assert reasons == [(told,), (told,)]


class TestScoring:
    def test_asks_models_that_know_the_words(
        self, connection: psycopg.Connection[Any], cases: Cases, trainings: list[Training]
    ) -> None:
        for training in trainings:
            record_training(connection, training)
        scored = score_open_tickets(connection, cases)

        assert scored.warnings == ()
        assert scored.tickets == len(cases.open_tickets)

    def test_takes_back_models_whose_words_were_changed_since(
        self, connection: psycopg.Connection[Any], renamed: Cases, trainings: list[Training]
    ) -> None:
        for training in trainings:
            record_training(connection, training)
        scored = score_open_tickets(connection, renamed)

        assert scored.warnings == RENAMED
        assert scored.tickets == 0
        assert read_decision(connection, "sla_risk").model_run_id is None
        assert score_open_tickets(connection, renamed).warnings == ()

    def test_asks_on_what_somebody_holds_and_warns(
        self, connection: psycopg.Connection[Any], renamed: Cases, trainings: list[Training]
    ) -> None:
        run_id = record_training(connection, trainings[0])
        decide(connection, "sla_risk", run_id, by="ana", reason="It is good.", hold=True)
        scored = score_open_tickets(connection, renamed)

        assert scored.warnings == RENAMED[:1]
        assert scored.tickets > 0
        assert read_decision(connection, "sla_risk").model_run_id == run_id


class TestChecks:
    def test_words_that_were_changed_are_warned_of_by_name(
        self,
        connection: psycopg.Connection[Any],
        database_url: str,
        renamed: Cases,
        trainings: list[Training],
    ) -> None:
        for training in trainings:
            record_training(connection, training)
        write_cases(connection, renamed)
        evaluations = []
        for asset in (ticket_predictions, ticket_models):
            done = dg.materialize([asset], resources={"postgres": Postgres(database_url=database_url)})
            evaluations += done.get_asset_check_evaluations()

        assert [evaluation.check_name for evaluation in evaluations] == [
            "open_tickets_say_what_is_known",
            "inputs_are_as_they_were_learnt",
        ]
        for evaluation in evaluations:
            assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.WARN)
            assert evaluation.description == " ".join(RENAMED)


def events(tickets: int = 400, **columns: object) -> pd.DataFrame:
    random = np.random.default_rng(3)
    words = {name: random.choice(["A", "B", "C"], tickets) for name in ("category", "department", "status")}
    numbers = {
        "target_hours": random.choice([8.0, 24.0], tickets),
        "open_in:group": random.lognormal(0, 1, tickets),
    }
    frame = pd.DataFrame({**words, **numbers, "assignee": random.choice(["Ann", "Ben"], tickets)})
    return frame.assign(ticket=range(tickets), **columns)


class TestVerdict:
    shapes = learn_shapes(events().drop(columns="ticket"), events()["ticket"])

    def test_a_shifted_number_is_warned_of_and_the_model_stays(self) -> None:
        shorter = events()["target_hours"].replace(24.0, 12.0)
        verdict = judge_inputs(self.shapes, events(target_hours=shorter), events())

        (warning,) = verdict.warnings
        assert warning.startswith("Inputs have moved since the model was learnt: target_hours (PSI ")
        assert verdict.complaint is None
        assert verdict.figures["moved"][0]["input"] == "target_hours"

    @pytest.mark.parametrize("column", ["open_in:group", "assignee"])
    def test_queues_that_grow_and_people_who_come_are_told_of_alone(self, column: str) -> None:
        now = events()[column] * 50 if column == "open_in:group" else "Cyd"
        verdict = judge_inputs(self.shapes, events(**{column: now}), events(**{column: now}))

        assert (verdict.warnings, verdict.complaint) == ((), None)
        assert verdict.figures["moved"][0]["input"] == column
        assert verdict.figures["moved"][0]["level"] == "strong"

    def test_a_quarter_of_new_words_is_warned_of(self) -> None:
        now = events(category=np.where(np.arange(400) % 4 == 0, "new", events()["category"]))
        verdict = judge_words(self.shapes, now)

        assert verdict.complaint is None
        assert verdict.warnings == (
            "25% of what tickets now have as category was unknown or rare when the model was learnt.",
        )

    def test_a_column_that_went_missing_takes_the_model_away(self) -> None:
        verdict = judge_inputs(self.shapes, events(category=None), events())

        assert verdict.complaint == "100% of tickets now lack category, which hardly one did before."

    def test_several_that_moved_strongly_take_it_away(self) -> None:
        moved: dict[str, object] = {"category": "A", "department": "A", "target_hours": 8.0}
        two = judge_inputs(self.shapes, events(category="A", department="A"), events())
        three = judge_inputs(self.shapes, events(**moved), events())

        assert two.complaint is None
        assert three.complaint is not None
        assert three.complaint.endswith("too far from what the model was learnt on (PSI above 0.25).")

    def test_a_state_in_which_open_tickets_rest_is_no_news(self) -> None:
        """Few events lead to it, and most tickets that are open are in it."""
        learnt = events(status=np.where(np.arange(400) < 3, "On Hold", "New"))
        shapes = learn_shapes(learnt.drop(columns="ticket"), learnt["ticket"])

        assert judge_words(shapes, events(status="On Hold")).complaint is None
        assert judge_words(shapes, events(status="Parked")).complaint is not None

    def test_a_model_that_kept_no_shapes_is_not_judged(self) -> None:
        verdict = judge_inputs({}, events(category="new"), events(category="new"))

        assert (verdict.warnings, verdict.complaint, verdict.figures["moved"]) == ((), None, [])
