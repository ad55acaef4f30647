import numpy as np
import pandas as pd

from ml.resolution_time import evaluate, rolling_predictions
from tests.ml.resolution_time.conftest import CUTS
from tests.ml.resolution_time.desk import Desk, busy_desk, day, desk_of

PREDICTED = ["predicted_days", "baseline_days", "lower_80", "upper_80", "lower_90", "upper_90", "fallback"]


class TestRollingPredictions:
    def test_answers_each_event_of_an_open_ticket_since_the_first_cut(
        self, desk: Desk, rolled: pd.DataFrame
    ) -> None:
        rows = desk.log.rows
        expected = rows.index[(rows["at"] >= CUTS[0]) & (rows["status"] != "closed")]

        assert rolled.index.tolist() == expected.tolist()
        assert not rolled["fallback"].any()

    def test_beats_the_baseline_where_there_is_something_to_learn(self, rolled: pd.DataFrame) -> None:
        overall = evaluate(rolled).overall.loc["all"]

        assert overall["mae"] < 0.6 * overall["baseline_mae"]

    def test_holds_about_as_often_as_promised_once_slow_tickets_have_been_judged(
        self, desk: Desk, rolled: pd.DataFrame
    ) -> None:
        is_late = desk.log.rows.loc[rolled.index, "at"] >= CUTS[1]

        overall = evaluate(rolled[is_late]).overall.loc["all"]

        assert 0.7 < overall["held_80"] < 0.9
        assert 0.8 < overall["held_90"] < 0.98
        assert overall["width_80"] < overall["width_90"]

    def test_is_the_same_when_the_future_is_deleted(self, desk: Desk, rolled: pd.DataFrame) -> None:
        now = day(90)
        seen = desk.as_known_at(now)

        again = rolling_predictions(seen.log, seen.outcomes, cuts=CUTS)

        assert len(again) > 50
        pd.testing.assert_frame_equal(again[PREDICTED], rolled.loc[again.index, PREDICTED])

    def test_of_durations_that_nothing_tells_has_no_skill(self) -> None:
        rng = np.random.default_rng(8)
        desk = busy_desk(250, duration=lambda _: float(rng.exponential(10))).without("solved")

        overall = evaluate(rolling_predictions(desk.log, desk.outcomes, cuts=[day(60)])).overall.loc["all"]

        assert overall["mae"] > 0.9 * overall["baseline_mae"]

    def test_lets_the_baseline_answer_until_there_is_enough_to_learn(self) -> None:
        desk = busy_desk(160, seed=9)

        rolled = rolling_predictions(desk.log, desk.outcomes, cuts=[day(5), day(60)])

        at = desk.log.rows.loc[rolled.index, "at"]
        assert rolled["fallback"].tolist() == (at < day(60)).tolist()

    def test_of_a_desk_where_nothing_ends_is_unknown(self) -> None:
        desk = desk_of([(0, 5, "fast"), (1, 5, "fast")])
        desk.outcomes.loc[:] = pd.NaT

        rolled = rolling_predictions(desk.log, desk.outcomes, cuts=[day(0)])

        assert len(rolled) == 6
        assert rolled[PREDICTED[:-1]].isna().all(axis=None)
        assert rolled["fallback"].all()
