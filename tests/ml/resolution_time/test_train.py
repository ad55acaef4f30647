import numpy as np
import pandas as pd
import pytest

from ml.resolution_time.features import build_prefixes, closed_before
from ml.resolution_time.peers import add_peers
from ml.resolution_time.train import censoring_weights, encode, fit_boosters
from tests.ml.resolution_time.desk import FAST, SLOW, busy_desk, prefixes_of


class TestCensoringWeights:
    def test_are_one_over_the_share_watched_long_enough(self) -> None:
        everybody = pd.DataFrame({"at": [0.0, 1.0, 2.0, 3.0]})
        ended = prefixes_of([(0, 1), (0, 3)])

        weights = censoring_weights(ended, everybody, 4.0)

        # Watched for 4, 3, 2 and 1 days: all for one day or more, half for three.
        assert weights[1] / weights[0] == pytest.approx(2.0)

    def test_right_the_mean_of_a_desk_whose_slow_tickets_are_still_open(self) -> None:
        rng = np.random.default_rng(1)
        at, rest = rng.uniform(0, 100, 20_000), rng.exponential(20, 20_000)
        ended = at + rest <= 100
        rows = prefixes_of(list(zip(at[ended], rest[ended], strict=True)))

        weights = censoring_weights(rows, pd.DataFrame({"at": at}), 100.0)

        assert rest[ended].mean() < 17.5
        assert np.average(rest[ended], weights=weights) == pytest.approx(20.0, rel=0.05)

    def test_are_even_where_all_was_watched_long_enough(self) -> None:
        ended = prefixes_of([(0, 1), (0, 3)])

        assert censoring_weights(ended, ended, 1e6).tolist() == [1.0, 1.0]


class TestBoosters:
    def test_learn_what_an_attribute_says(self) -> None:
        desk = busy_desk(300)
        prefixes = build_prefixes(desk.log, desk.outcomes)
        closed = closed_before(prefixes, np.inf)
        learnt = add_peers(closed, closed)

        boosters = fit_boosters(learnt, prefixes, as_of=prefixes["at"].max() + 100, seed=0)

        on_opening = learnt[learnt["status"] == "new"]
        for booster in boosters.values():
            medians = (
                pd.Series(booster.predict(on_opening))
                .groupby(on_opening["attribute product"].to_numpy())
                .median()
            )
            assert medians["fast"] == pytest.approx(FAST, rel=0.25)
            assert medians["slow"] == pytest.approx(SLOW, rel=0.25)


class TestEncode:
    def test_takes_values_that_were_not_learnt_for_missing(self) -> None:
        frame = pd.DataFrame({"word": ["b", "new", None, "a"], "number": [1.0, np.nan, 3.0, 4.0]})

        encoded = encode(frame, ("word", "number"), {"word": ("a", "b")})

        np.testing.assert_array_equal(encoded, [[1, 1], [np.nan, np.nan], [np.nan, 3], [0, 4]])
