"""Models are learnt, judged, kept, served and asked; those that tell nothing are not served."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import pytest

from pipelines.defs.ticket_models.cases import Cases
from pipelines.defs.ticket_models.registry import Training, decide, read_decision, record_training
from pipelines.defs.ticket_models.scoring import score_open_tickets
from pipelines.defs.ticket_models.training import train_risk, train_time
from tests.pipelines.defs.ticket_models.simulated import simulate_cases


@pytest.fixture(scope="module")
def cases() -> Cases:
    return simulate_cases()


@pytest.fixture(scope="module")
def risk(cases: Cases) -> Training:
    return train_risk(cases)


@pytest.fixture(scope="module")
def time(cases: Cases) -> Training:
    return train_time(cases)


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def predictions(connection: psycopg.Connection[Any]) -> pd.DataFrame:
    cursor = connection.execute("select * from ml.ticket_prediction order by task_id")
    return pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description or ()])


class TestTraining:
    def test_a_risk_that_can_be_told_beats_rates_and_rules(self, risk: Training) -> None:
        assert risk.artefact is not None
        assert risk.warnings == ()
        assert risk.metrics["auc"] > risk.baseline_metrics["priority_rates"]["auc"]
        assert risk.metrics["auc"] > risk.baseline_metrics["rules"]["auc"]
        assert risk.metrics["brier"] < risk.baseline_metrics["priority_rates"]["brier"]
        assert set(risk.metrics["thresholds"]) == {"0.40", "0.70"}

    def test_a_time_that_can_be_told_beats_the_median(self, time: Training) -> None:
        assert time.artefact is not None
        assert time.metrics["mae"] < time.baseline_metrics["mae"]

    def test_shuffled_outcomes_are_not_served(self, cases: Cases) -> None:
        dealt = np.random.default_rng(1).permutation(cases.breaches["breached"].to_numpy())
        training = train_risk(replace(cases, breaches=cases.breaches.assign(breached=dealt)))

        assert training.artefact is None
        assert training.warnings

    @pytest.mark.parametrize("tickets", [0, 1, 20])
    def test_of_few_tickets_nothing_is_learnt_and_it_says_so(self, cases: Cases, tickets: int) -> None:
        kept = cases.log.rows["ticket"].unique()[:tickets]
        few = replace(
            cases,
            log=replace(cases.log, rows=cases.log.rows[cases.log.rows["ticket"].isin(kept)]),
            breaches=cases.breaches[cases.breaches.index.isin(kept)],
            ends=cases.ends[cases.ends.index.isin(kept)],
            open_tickets=cases.open_tickets.intersection(kept),
        )
        for train in (train_risk, train_time):
            training = train(few)
            assert training.artefact is None
            assert len(training.warnings) >= 1


class TestScoring:
    def test_asks_the_served_models_of_every_open_ticket(
        self, connection: psycopg.Connection[Any], cases: Cases, risk: Training, time: Training
    ) -> None:
        runs = [record_training(connection, training) for training in (risk, time)]
        scored = score_open_tickets(connection, cases)
        told = predictions(connection)

        assert scored.tickets == len(told) == len(cases.open_tickets)
        assert set(told["risk_run_id"].dropna()) == {runs[0]}
        assert set(told["time_run_id"].dropna()) == {runs[1]}
        asked = told["breach_probability"].notna()
        late = cases.breaches.index[cases.breaches["breached"] == 1]
        assert asked.equals(~told["task_id"].isin(late))
        assert told.loc[asked, "breach_probability"].between(0, 1).all()
        ladder = told[["lower_90", "lower_80", "remaining_hours", "upper_80", "upper_90"]].dropna()
        assert len(ladder) > 0
        assert (np.diff(ladder.to_numpy(dtype=float), axis=1) >= 0).all()
        factors = told.loc[asked, "risk_factors"].iloc[0]
        assert {"feature", "value", "effect"} == set(factors[0])

    def test_once_more_replaces_what_was_said_today(
        self, connection: psycopg.Connection[Any], cases: Cases, risk: Training
    ) -> None:
        record_training(connection, risk)
        first = score_open_tickets(connection, cases)
        later = replace(cases, as_of=cases.as_of + pd.Timedelta(minutes=5))
        assert score_open_tickets(connection, later) == first
        assert len(predictions(connection)) == first.tickets

    def test_nothing_is_said_where_nothing_is_served(
        self, connection: psycopg.Connection[Any], cases: Cases, risk: Training
    ) -> None:
        record_training(connection, replace(risk, artefact=None, warnings=("It told nothing.",)))
        assert score_open_tickets(connection, cases).tickets == 0
        assert predictions(connection).empty


class TestRegistry:
    def test_the_newest_that_beats_its_baseline_is_served(
        self, connection: psycopg.Connection[Any], risk: Training
    ) -> None:
        first = record_training(connection, risk)
        assert read_decision(connection, "sla_risk").model_run_id == first
        second = record_training(connection, risk)
        assert read_decision(connection, "sla_risk").model_run_id == second

    def test_one_that_does_not_takes_the_served_one_away(
        self, connection: psycopg.Connection[Any], risk: Training
    ) -> None:
        record_training(connection, risk)
        record_training(connection, replace(risk, artefact=None, warnings=("It told nothing.",)))
        assert read_decision(connection, "sla_risk").model_run_id is None
        reason = connection.execute(
            "select reason from ml.model_promotion order by 1 desc limit 1"
        ).fetchone()
        assert reason == ("It told nothing.",)

    def test_what_somebody_went_back_to_stays(
        self, connection: psycopg.Connection[Any], risk: Training
    ) -> None:
        first = record_training(connection, risk)
        record_training(connection, risk)
        decide(connection, "sla_risk", first, by="ana", reason="HR complained.", hold=True)
        record_training(connection, risk)
        assert read_decision(connection, "sla_risk").model_run_id == first

    def test_artefacts_are_pruned_and_what_is_served_is_kept(
        self, connection: psycopg.Connection[Any], risk: Training
    ) -> None:
        small = replace(risk, artefact=b"a model")
        first = record_training(connection, small)
        decide(connection, "sla_risk", first, by="ana", reason="It is good.", hold=True)
        for _ in range(20):
            record_training(connection, small)
        kept = [row[0] for row in connection.execute("select model_run_id from ml.model_artefact order by 1")]
        assert kept == [first, *range(first + 7, first + 21)]

    @pytest.mark.parametrize("table", ["model_run", "model_promotion"])
    def test_runs_and_decisions_cannot_be_rewritten(
        self, connection: psycopg.Connection[Any], risk: Training, table: str
    ) -> None:
        record_training(connection, risk)
        with pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute(f"update ml.{table} set kind = 'resolution_time'")
