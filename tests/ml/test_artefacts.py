import os
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from ml.artefacts import UntrustedArtefactError, dump_model, load_model


@dataclass(frozen=True)
class Inner:
    names: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """What the models of single tickets are made of."""

    estimator: HistGradientBoostingRegressor
    learnt: pd.DataFrame
    until: pd.Timestamp
    inner: Inner
    shares: dict[str, float]


INNER = f"{Inner.__module__}.{Inner.__qualname__}"


@pytest.fixture(scope="module")
def model() -> Model:
    random = np.random.default_rng(1)
    given = random.normal(size=(300, 3))
    estimator = HistGradientBoostingRegressor(max_iter=10, random_state=1).fit(given, given[:, 0])
    learnt = pd.DataFrame({"at": pd.to_datetime(["2026-01-01", None]), "text": ["a", None]}, index=[4, 9])
    return Model(estimator, learnt, pd.Timestamp("2026-03-10 09:30:00.25"), Inner(("a",)), {"a": np.nan})


def test_a_model_is_read_as_it_was_written(model: Model) -> None:
    read = load_model(dump_model(model), Model, trusted=[INNER])
    given = np.random.default_rng(2).normal(size=(50, 3))
    assert read.estimator.predict(given).tolist() == model.estimator.predict(given).tolist()
    pd.testing.assert_frame_equal(read.learnt, model.learnt)
    assert (read.until, read.inner) == (model.until, model.inner)
    assert np.isnan(read.shares["a"])


@dataclass(frozen=True)
class Trap:
    spring: object


def test_a_call_hidden_in_a_partial_is_not_made() -> None:
    with pytest.raises(UntrustedArtefactError, match="system"):
        load_model(dump_model(Trap(partial(os.system, "exit"))), Trap)


def test_a_type_that_is_not_trusted_is_not_built(model: Model) -> None:
    with pytest.raises(UntrustedArtefactError, match="Inner"):
        load_model(dump_model(model), Model)
