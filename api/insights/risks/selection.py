"""Which open tickets, and by what they are scored."""

from functools import cache

from api.insights.answers.lists import RowList, compile_list
from api.insights.answers.statements import Statement, compile_answer
from api.insights.risks.enums import RiskLevel, RiskMethod

_SCORES = {
    RiskMethod.RULES: "ticket.rule_score",
    RiskMethod.MODEL: "round(100 * ticket.breach_probability)::integer",
}
# Points from which a level is told, the highest first.
_LEVELS = {RiskLevel.HIGH: 70, RiskLevel.MEDIUM: 40, RiskLevel.LOW: 0}
_DIMENSIONS = ("department", "category", "sub_category", "workflow_id", "priority")
NARROWING = {name: f"ticket.{name} = :{name}" for name in _DIMENSIONS}
ROW_FILTERS = NARROWING | {
    "level": "not ticket.is_breached and {level} = :level",
    "least_score": "not ticket.is_breached and {score} >= :least_score::integer",
    "is_breached": "ticket.is_breached = :is_breached::boolean",
    "is_scored": "({score} is not null) = :is_scored::boolean",
}


def _fragments(method: RiskMethod) -> dict[str, str]:
    score = _SCORES[method]
    levels = " ".join(f"when {score} >= {least} then '{level}'" for level, least in _LEVELS.items())
    factors = "ticket.model_factors" if method is RiskMethod.MODEL else "ticket.rule_factors"
    return {"score": score, "level": f"case {levels} end", "factors": factors}


@cache
def compile_forecast(method: RiskMethod, conditions: tuple[str, ...]) -> Statement:
    narrowed = " and ".join(conditions) or "true"
    return compile_answer("forecast_risk", narrowed=narrowed, **_fragments(method))


@cache
def compile_risks(method: RiskMethod, conditions: tuple[str, ...]) -> RowList:
    fragments = _fragments(method)
    return compile_list(
        columns="columns_of_risk",
        conditions=[condition.format(**fragments) for condition in conditions],
        order=f"ticket.is_breached, {fragments['score']} desc nulls last, ticket.task_id",
        source="serving.ticket_risks as ticket",
        count="{{ count_in_rows }}",
        window="{{ window_whole }}",
        **fragments,
    )
