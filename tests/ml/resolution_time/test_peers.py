import numpy as np
import pandas as pd
import pytest

from ml.resolution_time.peers import PEER_COLUMNS, add_peers
from tests.ml.resolution_time.desk import prefixes_of

LATER = 1000.0
RNG = np.random.default_rng(5)
ELAPSED = RNG.uniform(0, 20, 60)


class TestNearest:
    def test_runs_from_the_event_where_a_timer_does(self) -> None:
        closed = prefixes_of([(elapsed, 15.0) for elapsed in ELAPSED])
        asked = prefixes_of([(1, 1), (19, 1)]).assign(asked=LATER)

        assert add_peers(asked, closed)["nearest"].tolist() == pytest.approx([15.0, 15.0])

    def test_runs_from_the_opening_where_a_promise_does(self) -> None:
        closed = prefixes_of([(elapsed, 30.0 - elapsed) for elapsed in ELAPSED])
        asked = prefixes_of([(1, 1), (19, 1)]).assign(asked=LATER)

        assert add_peers(asked, closed)["nearest"].tolist() == pytest.approx([29.0, 11.0])

    def test_asks_any_status_about_one_that_is_new(self) -> None:
        closed = prefixes_of([(elapsed, 15.0) for elapsed in ELAPSED])
        asked = prefixes_of([(1, 1)], status="never seen").assign(asked=LATER)

        assert add_peers(asked, closed)["nearest"].tolist() == pytest.approx([15.0])


class TestAlike:
    def test_listens_to_tickets_that_share_attributes(self) -> None:
        product = np.where(np.arange(60) % 2, "slow", "fast")
        closed = prefixes_of([(0, 30.0 if name == "slow" else 3.0) for name in product])
        closed["attribute product"] = product
        asked = closed.iloc[[0, 1]].assign(asked=LATER)

        told = add_peers(asked, closed)

        assert told["alike_from_event"].tolist() == [3.0, 30.0]
        assert told["alike_from_opening"].tolist() == [3.0, 30.0]


class TestPeers:
    def test_are_not_heard_before_their_end_is_known(self) -> None:
        early = prefixes_of([(0, float(duration)) for duration in range(10, 40)])
        late = prefixes_of([(0, 500.0)] * 50)
        asked = prefixes_of([(0, 1)]).assign(asked=200.0)

        with_late = add_peers(asked, pd.concat([early, late], ignore_index=True))

        pd.testing.assert_frame_equal(with_late, add_peers(asked, early))
        assert with_late[list(PEER_COLUMNS)].notna().all(axis=None)

    def test_have_lasted_longer(self) -> None:
        closed = prefixes_of([*[(0, 5.0)] * 50, *[(0, 20.0)] * 10])
        asked = prefixes_of([(6, 1)]).assign(asked=LATER)

        assert add_peers(asked, closed)["alike_from_opening"].tolist() == [14.0]

    def test_say_nothing_where_none_has_ended(self) -> None:
        asked = prefixes_of([(0, 1)])

        assert add_peers(asked, asked)[list(PEER_COLUMNS)].isna().all(axis=None)
