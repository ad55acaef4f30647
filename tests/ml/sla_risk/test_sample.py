from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ml.sla_risk.sample import training_sample
from tests.ml.sla_risk.desks import Desk, busy_desk, hour, log_of, outcomes_of


def sample_at(desk: Desk, cut: pd.Timestamp) -> pd.DataFrame:
    return training_sample(desk.log.until(cut), desk.outcomes, cut=cut, learn_from=None)


class TestTrainingSample:
    def test_makes_up_for_the_slow_tickets_that_are_not_over(self) -> None:
        # In eight days a breach, known after two to four, is often not known when a met ticket is.
        desk, cut = busy_desk(6000, days=8), hour(8 * 24)
        tickets = sample_at(desk, cut).drop_duplicates("ticket")
        opened = desk.log.rows.drop_duplicates("ticket").set_index("ticket")["opened_at"]
        truth = desk.outcomes["breached"][opened < tickets["opened_at"].max()].mean()
        weighed = np.average(tickets["breached"], weights=tickets["weight"])

        assert tickets["breached"].mean() < truth - 0.05
        assert weighed == pytest.approx(truth, abs=0.03)

    def test_weighs_by_the_share_of_tickets_that_were_followed_as_long(self) -> None:
        """Of nine old enough to learn from six were opened fifty hours before the cut, one a hundred.

        The young ones, opened in the last ten hours, which is what it takes to meet an SLA, do not count
        among those that were not followed: they are not learnt from either.
        """
        old, young = [10 * each for each in range(9)], [91 + each for each in range(9)]
        log = log_of([(f"T{opened}", opened, opened, "new") for opened in (*old, *young)])
        known = {f"T{opened}": (0.0, opened + 10.0) for opened in old}

        def weight_of(breach_known: float) -> "pd.Series[float]":
            outcomes = outcomes_of(known | {"T0": (1.0, breach_known)})
            sample = training_sample(log, outcomes, cut=hour(100), learn_from=None)
            return sample.set_index("ticket")["weight"]

        assert weight_of(50)["T0"] == pytest.approx(9 / 6)
        assert weight_of(50).drop("T0").tolist() == [1.0] * 8
        assert weight_of(100)["T0"] == pytest.approx(1 / 0.15), "nine would be too much for one to stand for"

    def test_leaves_out_tickets_too_young_to_be_known_to_have_breached(self) -> None:
        desk, cut = busy_desk(2000, days=30), hour(20 * 24)

        assert (cut - sample_at(desk, cut)["opened_at"]).min() > pd.Timedelta(hours=23)

    def test_ignores_what_becomes_known_after_the_cut(self) -> None:
        desk, cut = busy_desk(400, days=30), hour(20 * 24)
        later = desk.outcomes["known_at"] > cut
        flipped = desk.outcomes["breached"].where(~later, 1 - desk.outcomes["breached"])
        other = replace(desk, outcomes=desk.outcomes.assign(breached=flipped))

        pd.testing.assert_frame_equal(sample_at(desk, cut), sample_at(other, cut))

    def test_learns_from_the_events_until_the_outcome_was_known(self) -> None:
        rows = [("T", at, 0, "new") for at in (0, 1, 2, 3)]
        sample = training_sample(log_of(rows), outcomes_of({"T": (0.0, 2)}), cut=hour(90), learn_from=hour(0))

        assert sample["position"].tolist() == [1, 2, 3]
        assert sample["open"].tolist() == [True, True, False]

    def test_can_begin_later_than_the_log(self) -> None:
        rows = [("early", 0, 0, "new"), ("late", 9, 9, "new")]
        known = outcomes_of({"early": (0.0, 1), "late": (0.0, 10)})
        sample = training_sample(log_of(rows), known, cut=hour(90), learn_from=hour(5))

        assert sample["ticket"].tolist() == ["late"]
