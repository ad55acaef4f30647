"""The health score: what is taken off a hundred, and by whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.insights.operational.enums import AlertType, Severity
from api.insights.operational.health import score, score_parts, summarise

ALERTS = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from(AlertType), "severity": st.sampled_from(Severity)}),
    max_size=40,
)


def alerts_of(critical: int, warning: int, info: int) -> list[dict[str, str]]:
    counts = {Severity.CRITICAL: critical, Severity.WARNING: warning, Severity.INFO: info}
    return [{"type": AlertType.SLA, "severity": severity} for severity, n in counts.items() for _ in range(n)]


@pytest.mark.parametrize(
    ("critical", "warning", "info", "wanted"), [(0, 0, 0, 100), (1, 1, 0, 80), (5, 0, 1, 24), (8, 0, 0, 0)]
)
def test_contract(critical: int, warning: int, info: int, wanted: int) -> None:
    assert score(score_parts(alerts_of(critical, warning, info))) == wanted


@given(ALERTS)
def test_parts_add_up_to_what_is_missing(alerts: list[dict[str, str]]) -> None:
    parts = score_parts(alerts)
    lost = sum({"critical": 15, "warning": 5, "info": 1}[alert["severity"]] for alert in alerts)
    assert sum(part["points"] for part in parts) == lost
    assert score(parts) == max(0, 100 - lost)
    for part in parts:
        own = [alert for alert in alerts if alert["type"] == part["type"]]
        assert part["critical_count"] == sum(alert["severity"] == "critical" for alert in own)


@given(ALERTS)
def test_summary_counts_each_alert_once(alerts: list[dict[str, str]]) -> None:
    summary = summarise(alerts)
    assert summary["total_alerts"] == len(alerts)
    assert summary["critical_count"] + summary["warning_count"] + summary["info_count"] == len(alerts)
