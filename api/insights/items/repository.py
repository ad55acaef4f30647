"""The statements that answer for items: one for each set of filters in use."""

from collections.abc import Mapping
from typing import Any

from api.insights.answers.statements import Statement
from api.insights.answers.work import compile_work_answer, given_filters
from api.insights.items.enums import Ranking

RANKINGS = {
    Ranking.RESOLUTION_RATE: "resolution_rate desc, resolved desc, user_id",
    Ranking.RESOLVED: "resolved desc, resolution_rate desc, user_id",
    Ranking.SLA_MET_RATE: "sla_met_rate desc nulls last, resolved desc, user_id",
    Ranking.AVG_TIME_TO_ACTION_HOURS: "avg_time_to_action_hours nulls last, resolved desc, user_id",
    Ranking.BREACH_RATE: "breach_rate, resolved desc, user_id",
}


def statuses(values: Mapping[str, Any]) -> Statement:
    return compile_work_answer("items_status", given_filters(values))


def origins(values: Mapping[str, Any]) -> Statement:
    return compile_work_answer("items_origin", given_filters(values))


def performance(values: Mapping[str, Any]) -> Statement:
    return compile_work_answer("items_performance", given_filters(values), percentiles=True)


def users(values: Mapping[str, Any], sort: Ranking) -> Statement:
    return compile_work_answer("items_users", given_filters(values), percentiles=True, ranking=RANKINGS[sort])


def transfers(values: Mapping[str, Any]) -> Statement:
    return compile_work_answer("items_transfers", given_filters(values))


def trends(values: Mapping[str, Any]) -> Statement:
    return compile_work_answer("items_trends", given_filters(values))
