from dataclasses import replace

import pandas as pd
import pytest

from ml.sla_risk import RiskModel, build_features, fit_risk
from tests.ml.sla_risk.desks import CUT, Desk, busy_desk


@pytest.fixture(scope="session")
def desk() -> Desk:
    """A desk of which a model learns the first part."""
    return busy_desk(1200)


@pytest.fixture(scope="session")
def model(desk: Desk) -> RiskModel:
    return fit_risk(desk.log, desk.outcomes, cut=CUT, resting=["resolved"])


@pytest.fixture(scope="session")
def later(desk: Desk) -> Desk:
    """The tickets of the same desk that the model has not seen."""
    rows = desk.log.rows
    return replace(desk, log=replace(desk.log, rows=rows[rows["opened_at"] >= CUT]))


@pytest.fixture(scope="session")
def later_features(desk: Desk, later: Desk, model: RiskModel) -> pd.DataFrame:
    return build_features(desk.log, desk.outcomes, model.vocabulary).loc[later.log.rows.index]
