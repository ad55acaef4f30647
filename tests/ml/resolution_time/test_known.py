import numpy as np
import pandas as pd

from ml.resolution_time.known import Known


class TestKnown:
    def test_tells_of_a_group_what_was_known_before_the_instant(self) -> None:
        known = Known.by(pd.Series(["a", "b", "a", "a"]), np.array([3.0, 1.0, 2.0, 4.0]))

        assert known.before("a", 4.0, newest=10).tolist() == [2, 0]

    def test_keeps_the_newest(self) -> None:
        known = Known.by(pd.Series(["a"] * 4), np.array([3.0, 1.0, 2.0, 4.0]))

        assert known.before("a", 9.0, newest=2).tolist() == [0, 3]

    def test_never_tells_what_is_never_known(self) -> None:
        known = Known.by(pd.Series(["a", "a"]), np.array([np.inf, 1.0]))

        assert known.before("a", np.inf, newest=10).tolist() == [1]

    def test_knows_nothing_of_a_group_it_has_not_seen(self) -> None:
        assert not len(Known.by(pd.Series(["a"]), np.array([1.0])).before("b", 9.0, newest=10))
