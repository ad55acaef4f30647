from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.events import EventLog
from ml.resolution_time import ResolutionModel, fit_resolution_time, predict_open
from ml.resolution_time.intervals import BOUNDS
from tests.ml.resolution_time.conftest import NOW
from tests.ml.resolution_time.desk import FAST, SLOW, Desk, busy_desk, day, desk_of

LADDER = ["lower_90", "lower_80", "predicted_days", "upper_80", "upper_90"]


@pytest.fixture(scope="module")
def predicted(desk: Desk, model: ResolutionModel) -> pd.DataFrame:
    return predict_open(model, desk.open_at(NOW), as_of=NOW)


class TestBusyDesk:
    def test_is_learnt_better_than_its_baseline(self, model: ResolutionModel) -> None:
        mae, baseline_mae = model.quality["mae"], model.quality["baseline_mae"]

        assert mae is not None
        assert baseline_mae is not None
        assert mae < 0.6 * baseline_mae
        assert (model.fallback, model.warnings) == (False, ())

    def test_has_one_answer_per_open_ticket(self, desk: Desk, predicted: pd.DataFrame) -> None:
        opened_at = desk.log.rows.groupby("ticket")["opened_at"].first()
        is_open = (opened_at <= NOW) & (desk.outcomes["ended_at"] > NOW)

        assert sorted(predicted["ticket"]) == sorted(opened_at.index[is_open])

    def test_is_predicted_from_now_on(self, desk: Desk, predicted: pd.DataFrame) -> None:
        actual = (predicted["ticket"].map(desk.outcomes["ended_at"]) - NOW) / pd.Timedelta(days=1)

        error = (predicted["predicted_days"] - actual).abs().mean()
        assert error < 0.9 * (predicted["baseline_days"] - actual).abs().mean()
        assert ((predicted["lower_90"] <= actual) & (actual <= predicted["upper_90"])).mean() > 0.75

    def test_has_nested_bounds_that_are_not_negative(self, predicted: pd.DataFrame) -> None:
        ladder = predicted[LADDER].dropna().to_numpy()

        assert len(ladder) > 10
        assert (ladder >= 0).all()
        assert (np.diff(ladder, axis=1) >= 0).all()

    def test_expects_more_of_the_slow_product(self, model: ResolutionModel) -> None:
        new = desk_of([(170, 1, "fast"), (170, 1, "slow")]).log
        just_opened = replace(new, rows=new.rows[new.rows["status"] == "new"])

        fast, slow = predict_open(model, just_opened, as_of=NOW)["predicted_days"]

        assert fast == pytest.approx(FAST, rel=0.3)
        assert slow == pytest.approx(SLOW, rel=0.3)


class TestTime:
    def test_changes_nothing_when_it_has_not_come(self, desk: Desk, model: ResolutionModel) -> None:
        seen = desk.as_known_at(NOW)

        again = fit_resolution_time(seen.log, seen.outcomes, as_of=NOW)

        pd.testing.assert_frame_equal(again.record, model.record)
        pd.testing.assert_frame_equal(
            predict_open(again, seen.open_at(NOW), as_of=NOW),
            predict_open(model, desk.open_at(NOW), as_of=NOW),
        )

    def test_that_a_ticket_has_waited_moves_its_end_on(self, model: ResolutionModel) -> None:
        waiting = replace(new := desk_of([(170, 90, "fast")]).log, rows=new.rows.head(1))

        ends = [
            waited + predict_open(model, waiting, as_of=day(170 + waited))["predicted_days"].item()
            for waited in (0.0, 1.0, 3.5, 10.0)
        ]

        assert ends == sorted(ends)
        assert ends[0] < 3 * FAST < ends[-1]

    def test_that_outlasts_every_peer_is_said_to_be_a_guess(self, model: ResolutionModel) -> None:
        waiting = replace(new := desk_of([(170, 900, "slow")]).log, rows=new.rows.head(1))

        answer = predict_open(model, waiting, as_of=day(1000)).iloc[0]

        assert answer["fallback"]
        assert answer["predicted_days"] >= 0
        assert answer[list(BOUNDS)].isna().all()


POOR = {
    "no ticket": [],
    "one ticket": [(0.0, 5.0, "fast")],
    "a few tickets": [(float(opened), 5.0 + opened, "fast") for opened in range(20)],
    "all durations equal": [(float(opened), 5.0, "fast") for opened in range(200)],
    "all opened and ended at once": [(0.0, 5.0, "fast")] * 200,
}


class TestPoorDesk:
    @pytest.mark.parametrize("tickets", POOR.values(), ids=POOR.keys())
    def test_is_served_the_baseline_and_told_so(self, tickets: list[tuple[float, float, str]]) -> None:
        learnt = desk_of(tickets)
        model = fit_resolution_time(learnt.log, learnt.outcomes, as_of=day(300))
        opened = desk_of([(299, 10, "fast")])

        answer = predict_open(model, opened.open_at(day(300)), as_of=day(300)).iloc[0]

        assert model.fallback
        assert answer["fallback"]
        assert len(model.warnings) == 1
        assert np.isfinite(answer["predicted_days"]) == bool(tickets)

    def test_without_any_ending_says_that_it_does_not_know(self) -> None:
        desk = desk_of([(0, 500, "fast"), (1, 500, "slow")])

        model = fit_resolution_time(desk.log, desk.outcomes, as_of=day(100))
        answers = predict_open(model, desk.open_at(day(100)), as_of=day(100))

        assert answers[LADDER].isna().all(axis=None)
        assert answers["fallback"].all()
        assert model.warnings[0].startswith("No ticket has ended yet")
        assert model.quality == {"mae": None, "baseline_mae": None, "prefixes": 0}

    def test_without_attributes_is_served_all_the_same(self) -> None:
        desk = busy_desk(160, seed=9)
        bare = EventLog(desk.log.rows[["ticket", "at", "opened_at", "status"]])

        model = fit_resolution_time(bare, desk.outcomes, as_of=day(70))
        answers = predict_open(model, bare.until(day(70)), as_of=day(70))

        assert answers["predicted_days"].notna().all()
        assert answers["priority"].isna().all()

    @settings(max_examples=15)
    @given(
        tickets=st.lists(
            st.tuples(st.floats(0, 50), st.floats(0, 50), st.sampled_from(["fast", "slow"])), max_size=25
        ),
        now=st.floats(0, 120),
    )
    def test_never_raises(self, tickets: list[tuple[float, float, str]], now: float) -> None:
        desk = desk_of(tickets)

        model = fit_resolution_time(desk.log, desk.outcomes, as_of=day(now))
        answers = predict_open(model, desk.open_at(day(now)), as_of=day(now))

        ladder = answers[LADDER].dropna().to_numpy()
        assert (ladder >= 0).all()
        assert (np.diff(ladder, axis=1) >= 0).all()
