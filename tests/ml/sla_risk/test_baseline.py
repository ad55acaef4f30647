import pandas as pd
import pytest

from ml.sla_risk.baseline import PRIOR_TICKETS, PriorityRates, fit_rates


class TestFitRates:
    def test_draws_a_priority_towards_all_tickets(self) -> None:
        tickets = pd.DataFrame(
            {"breached": [1.0, 1.0, 0.0, 0.0], "weight": 1.0, "priority": ["high", "high", "low", None]}
        )
        rates = fit_rates(tickets)

        assert rates.overall == 0.5
        assert rates.by_priority == {
            "high": pytest.approx((2 + PRIOR_TICKETS / 2) / (2 + PRIOR_TICKETS)),
            "low": pytest.approx(PRIOR_TICKETS / 2 / (1 + PRIOR_TICKETS)),
        }

    def test_weighs_tickets(self) -> None:
        assert fit_rates(pd.DataFrame({"breached": [1.0, 0.0], "weight": [3.0, 1.0]})).overall == 0.75

    def test_knows_nothing_of_no_tickets(self) -> None:
        assert fit_rates(pd.DataFrame({"breached": [], "weight": []})) == PriorityRates(0.5, {})


class TestPredict:
    def test_takes_the_overall_rate_for_a_priority_that_none_had(self) -> None:
        rows = pd.DataFrame({"priority": ["high", "new", None]})

        assert PriorityRates(0.3, {"high": 0.8}).predict(rows).tolist() == [0.8, 0.3, 0.3]
        assert PriorityRates(0.3, {}).predict(rows[[]]).tolist() == [0.3, 0.3, 0.3]
