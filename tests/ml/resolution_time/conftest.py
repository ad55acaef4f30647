import pandas as pd
import pytest

from ml.resolution_time import ResolutionModel, fit_resolution_time, rolling_predictions
from tests.ml.resolution_time.desk import Desk, busy_desk, day

CUTS = (day(60), day(110))
NOW = day(170)


@pytest.fixture(scope="package")
def desk() -> Desk:
    return busy_desk(400)


@pytest.fixture(scope="package")
def model(desk: Desk) -> ResolutionModel:
    """Learnt when half of the slow tickets of the last month were still open."""
    return fit_resolution_time(desk.log, desk.outcomes, as_of=NOW)


@pytest.fixture(scope="package")
def rolled(desk: Desk) -> pd.DataFrame:
    return rolling_predictions(desk.log, desk.outcomes, cuts=CUTS)
