"""Features of the desk's own tickets, screened for what they cannot have known."""

import pandas as pd

from ml.events import EventLog
from ml.leaks import find_leaks
from ml.sla_risk import build_features
from ml.sla_risk.features import learn_vocabulary
from pipelines.defs.ticket_models.cases import RESTING
from tests.pipelines.defs.ticket_models.simulated import simulate_cases


def test_no_feature_of_the_risk_moves_when_the_future_is_taken_away() -> None:
    cases = simulate_cases(600)
    vocabulary = learn_vocabulary(cases.log, resting=RESTING)

    def build(log: EventLog, outcomes: pd.DataFrame) -> pd.DataFrame:
        return build_features(log, outcomes, vocabulary)

    assert find_leaks(build, cases.log, cases.breaches, pairs=250, seed=1) == []
