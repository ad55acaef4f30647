import pandas as pd
import pytest

from ml.sla_risk import RiskModel, build_features, fit_risk
from tests.ml.sla_risk.desks import CUT, Desk, busy_desk


@pytest.fixture(scope="session")
def desk() -> Desk:
    """What a model learns from."""
    return busy_desk(1000)


@pytest.fixture(scope="session")
def model(desk: Desk) -> RiskModel:
    return fit_risk(desk.log, desk.outcomes, cut=CUT, resting=["resolved"])


@pytest.fixture(scope="session")
def new_desk() -> Desk:
    """Tickets by the same rule that no model has seen."""
    return busy_desk(1000, seed=8)


@pytest.fixture(scope="session")
def new_features(new_desk: Desk, model: RiskModel) -> pd.DataFrame:
    return build_features(new_desk.log, new_desk.outcomes, model.vocabulary)
