"""Alerts about the desk as a whole: the load of its people, and a day unlike others."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from api.insights.operational.enums import AlertCode, AlertType, Severity
from api.insights.operational.limits import Limits
from api.insights.operational.usual import Usual
from api.insights.operational.words import counted, link, number

Figures = Mapping[str, Any]
Alert = dict[str, Any]


def _overload(figures: Figures, limits: Limits) -> Iterator[Alert]:
    critical, high = float(limits["critical_workload_per_user"]), float(limits["high_workload_per_user"])
    for agent in figures["agents"]["loaded"]:
        open_items, capacity = agent["open_items"], agent["capacity"]
        is_critical = open_items >= capacity
        bound = capacity if is_critical else round(capacity * min(high, critical) / critical, 2)
        yield {
            "code": AlertCode.AGENT_OVERLOAD,
            "type": AlertType.WORKLOAD,
            "category": "Agent Overload",
            "severity": Severity.CRITICAL if is_critical else Severity.WARNING,
            "title": f"{agent['user_name']} has {counted(open_items, 'open item', 'open items')}",
            "message": f"{open_items} open items against a capacity of {number(capacity)}",
            "value": open_items,
            "threshold": bound,
            "recommendation": "Transfer items to people with fewer, or take the person out of the rota",
            "drilldown": link(f"drilldown/user/{agent['user_id']}", {}, is_open="true"),
            "user_id": agent["user_id"],
            "user_name": agent["user_name"],
        }


def _imbalance(figures: Figures, limits: Limits) -> Iterator[Alert]:
    agents = figures["agents"]
    # With one person there is nobody to compare with.
    if agents["count"] in {0, 1}:
        return
    mean = agents["open_items"] / agents["count"]
    bound = float(limits["workload_imbalance_ratio"]) * mean
    busiest = agents["busiest"]
    if busiest["open_items"] > bound:
        yield {
            "code": AlertCode.WORKLOAD_IMBALANCE,
            "type": AlertType.WORKLOAD,
            "category": "Workload Imbalance",
            "severity": Severity.WARNING,
            "title": f"{busiest['user_name']} has far more open items than others",
            "message": f"{busiest['open_items']} open items, a mean of {number(mean)} among "
            f"{agents['count']} people with any",
            "value": busiest["open_items"],
            "threshold": round(bound, 2),
            "recommendation": "Spread the work: transfer items, or add people to the role",
            "drilldown": link(f"drilldown/user/{busiest['user_id']}", {}, is_open="true"),
            "user_id": busiest["user_id"],
            "user_name": busiest["user_name"],
        }


def _spike(figures: Figures, limits: Limits) -> Iterator[Alert]:
    """Of today, if it is past the bound already, else of yesterday, each by what was expected of it."""
    for volume in figures["volumes"]:
        if volume["expected"] is None:
            continue
        usual = Usual.of(volume, limits)
        if volume["count"] > volume["expected"] and usual.is_unusual(volume["count"]):
            day = volume["date"]
            yield {
                "code": AlertCode.VOLUME_SPIKE,
                "type": AlertType.ANOMALY,
                "category": "Volume Spike",
                "severity": Severity.WARNING,
                "title": f"{counted(volume['count'], 'ticket', 'tickets')} on {day}",
                "message": f"About {number(volume['expected'])} were expected",
                "value": volume["count"],
                "threshold": usual.bounds()[1],
                "recommendation": "Look for a common cause, and for people to help",
                "drilldown": link("drilldown/tickets/status", {}, start_date=day, end_date=day),
            }
            return


RULES: tuple[Callable[[Figures, Limits], Iterator[Alert]], ...] = (_overload, _imbalance, _spike)
