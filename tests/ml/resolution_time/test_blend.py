import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.resolution_time.blend import EXPERTS, blend, trust

LATER = 1000.0


@pytest.fixture
def record() -> pd.DataFrame:
    """Forty prefixes of 10 days: the first expert was right on `new`, the second on `waiting`."""
    status = np.array(["new", "waiting"] * 20)
    said = pd.DataFrame(50.0, index=range(40), columns=list(EXPERTS))
    said.loc[status == "new", EXPERTS[0]] = 10.0
    said.loc[status == "waiting", EXPERTS[1]] = 10.0
    return said.assign(status=status, remaining=10.0, known=np.arange(40.0), asked=LATER)


class TestBlend:
    def test_hears_in_each_status_who_was_right_there(self, record: pd.DataFrame) -> None:
        asked = record.iloc[[0, 1]].copy()
        asked[list(EXPERTS)] = [[1.0, 2.0, 99.0, 99.0, 99.0]] * 2

        assert blend(asked, record).tolist() == pytest.approx([1.0, 2.0])

    def test_judges_by_nothing_that_was_not_known_yet(self, record: pd.DataFrame) -> None:
        asked = record.iloc[[0]].assign(asked=5.0)
        asked[list(EXPERTS)] = [[1.0, 2.0, 3.0, 4.0, 5.0]]

        assert blend(asked, record).tolist() == [3.0]

    def test_lets_one_who_says_nothing_agree_with_the_last_booster(self, record: pd.DataFrame) -> None:
        asked = record.iloc[[0]].assign(asked=0.0)
        asked[list(EXPERTS)] = [[7.0, 4.0, np.nan, np.nan, np.nan]]

        assert blend(asked, record).tolist() == [4.0]


class TestTrust:
    @given(arrays(float, len(EXPERTS), elements=st.floats(0, 1e9)))
    def test_is_never_larger_in_one_who_was_more_wrong(self, errors: np.ndarray) -> None:
        weights = trust(errors)

        assert weights.max() == 1.0
        assert (np.diff(weights[np.argsort(errors)]) <= 0).all()
