"""The list behind the accuracy of forecasts: each as it was issued, beside what came."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from api.insights.answers.lists import RowList, compile_list

# What the figures themselves are told of, see forecast_accuracy.sql.
OF_SERIES = (
    "score.series_key = serving.series_key("
    ":department::text, :category::text, :sub_category::text, :workflow_id::bigint, :priority::text)"
)
JUDGED = (
    OF_SERIES,
    "score.ds >= (published.data_as_of at time zone 'UTC')::date - :days::integer",
    "score.days_ahead <= :horizon::integer",
)
NARROWED = {
    "model": "score.champion = :model",
    "days_ahead": "score.days_ahead = :days_ahead::integer",
}


def list_of_scores(values: Mapping[str, Any]) -> RowList:
    """The statements for the filters in use."""
    return _compile(frozenset(name for name in NARROWED if values[name] is not None))


@cache
def _compile(given: frozenset[str]) -> RowList:
    return compile_list(
        columns="columns_score",
        conditions=[*JUDGED, *(NARROWED[name] for name in sorted(given))],
        order="score.ds desc, score.days_ahead",
        source="serving.forecast_scores as score",
        count="{{ count_in_rows }}",
        window="{{ window_whole }}",
    )
