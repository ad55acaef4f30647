import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.events import EventLog
from ml.resolution_time.features import build_prefixes, closed_before
from tests.ml.resolution_time.desk import busy_desk, day, desk_of

OWN = ["elapsed", "since", "step", "visits", "handlers", "status", "status_before", "status_before_that"]


class TestOwnHistory:
    def test_is_that_of_a_ticket_worked_out_by_hand(self) -> None:
        rows = pd.DataFrame(
            {
                "ticket": 7,
                "at": [day(0), day(2), day(3)],
                "opened_at": day(-1),
                "status": ["new", "waiting", "new"],
                "assignee": ["Ann", "Bob", "Ann"],
                "clock_hours": [0.0, 8.0, 12.0],
            }
        )
        outcomes = pd.DataFrame({"ended_at": [day(9)], "known_at": [day(10)]}, index=[7])

        prefixes = build_prefixes(EventLog(rows, ("assignee",), ("clock_hours",)), outcomes)

        last = prefixes.iloc[-1]
        assert last[OWN].tolist() == [4.0, 1.0, 3.0, 2.0, 2.0, "new", "waiting", "new"]
        assert (last["attribute assignee"], last["number clock_hours"]) == ("Ann", 12.0)
        assert prefixes["remaining"].tolist() == pytest.approx([9.0, 7.0, 6.0])
        assert last["known"] - last["ended"] == pytest.approx(1.0)

    @settings(max_examples=20)
    @given(cut=st.floats(0, 60))
    def test_is_the_same_when_later_events_are_deleted(self, cut: float) -> None:
        desk = busy_desk(60)
        seen = desk.as_known_at(day(cut))

        whole = build_prefixes(desk.log, desk.outcomes).loc[seen.log.rows.index]
        cut_off = build_prefixes(seen.log, seen.outcomes)

        pd.testing.assert_frame_equal(whole[OWN], cut_off[OWN])

    def test_leaves_a_desk_free_to_name_its_attributes(self) -> None:
        rows = desk_of([(0, 10, "fast")]).log.rows.assign(elapsed="long ago")
        outcomes = pd.DataFrame({"ended_at": [day(10)], "known_at": [day(10)]}, index=[0])

        prefixes = build_prefixes(EventLog(rows, ("elapsed",)), outcomes)

        assert prefixes["elapsed"].tolist() == pytest.approx([0.0, 6.0, 10.0])


class TestClosedBefore:
    def test_leaves_out_open_tickets_and_the_end_itself(self) -> None:
        desk = desk_of([(0, 10, "fast"), (1, 50, "fast"), (2, 5, "fast")])
        desk.outcomes.loc[2] = pd.NaT
        prefixes = build_prefixes(desk.log, desk.outcomes)

        closed = closed_before(prefixes, prefixes["at"].min() + 20)

        assert closed[["ticket", "status"]].to_numpy().tolist() == [[0, "new"], [0, "solved"]]
        assert np.isfinite(closed["remaining"]).all()


class TestOutcomes:
    def test_without_a_column_are_refused(self) -> None:
        desk = desk_of([(0, 10, "fast")])

        with pytest.raises(ValueError, match="known_at"):
            build_prefixes(desk.log, desk.outcomes[["ended_at"]])

    def test_that_name_a_ticket_twice_are_refused(self) -> None:
        desk = desk_of([(0, 10, "fast")])

        with pytest.raises(ValueError, match="twice"):
            build_prefixes(desk.log, pd.concat([desk.outcomes, desk.outcomes]))
