from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.incident_log import RESTING, read_incidents
from ml.events import EventLog
from ml.leaks import FeatureBuilder, find_leaks
from ml.sla_risk import build_features
from ml.sla_risk.features import learn_vocabulary
from tests.ml.sla_risk.desks import Desk, busy_desk

Planted = Callable[[EventLog, pd.DataFrame], "pd.Series[float]"]


def last_event(log: EventLog, _: pd.DataFrame) -> "pd.Series[float]":
    """Knows from the beginning when the last event of a ticket will be."""
    rows = log.rows
    return (rows.groupby("ticket")["at"].transform("last") - rows["at"]).dt.total_seconds()


def own_outcome(log: EventLog, outcomes: pd.DataFrame) -> "pd.Series[float]":
    """Reads how a ticket ended, known or not."""
    return log.rows["ticket"].map(outcomes["breached"]).fillna(-1.0)


def others_future(log: EventLog, _: pd.DataFrame) -> "pd.Series[float]":
    """Counts tickets of the group, also those that are yet to come."""
    return log.rows.groupby("group")["ticket"].transform("nunique").astype(float)


@pytest.fixture(scope="module")
def desk() -> Desk:
    return busy_desk(300, days=20)


@pytest.fixture(scope="module")
def build(desk: Desk) -> FeatureBuilder:
    # So small a desk has no attribute that tells by its peers; told to, they must be as honest.
    vocabulary = replace(learn_vocabulary(desk.log, resting=["resolved"]), peers=("group", "assignee+status"))
    return lambda log, outcomes: build_features(log, outcomes, vocabulary)


class TestFindLeaks:
    def test_finds_none_in_the_features_of_the_risk(self, desk: Desk, build: FeatureBuilder) -> None:
        assert find_leaks(build, desk.log, desk.outcomes, pairs=300) == []

    @pytest.mark.parametrize("planted", [last_event, own_outcome, others_future])
    def test_names_a_planted_leak_and_only_it(self, desk: Desk, planted: Planted) -> None:
        def build(log: EventLog, outcomes: pd.DataFrame) -> pd.DataFrame:
            age = (log.rows["at"] - log.rows["opened_at"]).dt.total_seconds()
            return pd.DataFrame({"age": age, "planted": planted(log, outcomes)})

        (leak,) = find_leaks(build, desk.log, desk.outcomes, pairs=300)

        assert leak.feature == "planted"
        assert leak.moved > 30
        assert leak.complete != leak.as_of

    def test_tells_of_a_feature_that_only_the_future_has(self, desk: Desk) -> None:
        def build(log: EventLog, _: pd.DataFrame) -> pd.DataFrame:
            return pd.get_dummies(log.rows["at"].dt.day).rename(columns="day {}".format).astype(float)

        leaks = find_leaks(build, desk.log, desk.outcomes, pairs=50)

        assert {leak.feature for leak in leaks} <= {f"day {day}" for day in range(1, 32)}
        assert leaks

    def test_draws_the_same_pairs_from_the_same_seed(self, desk: Desk) -> None:
        def build(log: EventLog, outcomes: pd.DataFrame) -> pd.DataFrame:
            return last_event(log, outcomes).to_frame("planted")

        first, again, other = (
            find_leaks(build, desk.log, desk.outcomes, pairs=100, seed=seed) for seed in (1, 1, 2)
        )

        assert first == again != other

    def test_is_silent_about_nobody(self, desk: Desk, build: FeatureBuilder) -> None:
        nobody = desk.log.until(pd.Timestamp("2020-01-01"))

        assert find_leaks(build, nobody, desk.outcomes.iloc[:0]) == []


def test_features_of_the_public_log_know_no_future(shared_data: Path) -> None:
    incidents = read_incidents(shared_data)
    rows = incidents.log.rows
    recent = EventLog(rows[rows["opened_at"] < "2016-03-10"], incidents.log.attributes, incidents.log.numbers)
    vocabulary = learn_vocabulary(recent, resting=RESTING)

    def build(log: EventLog, signals: pd.DataFrame) -> pd.DataFrame:
        return build_features(log, signals, vocabulary)

    assert find_leaks(build, recent, incidents.signals, pairs=50, seed=1) == []
    assert np.isfinite(build(recent, incidents.signals)["peers:group:slow"]).mean() > 0.5
