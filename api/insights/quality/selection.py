"""Which of the rows set aside."""

from functools import cache

from api.insights.answers.lists import RowList, compile_list

_NAMES = ("department", "category", "sub_category", "workflow_id", "priority", "reason", "source_table")
ROW_FILTERS = {name: f"aside.{name} = :{name}" for name in _NAMES} | {
    "start_date": "aside.last_day >= :start_date::date",
    "end_date": "aside.first_day <= :end_date::date",
}


@cache
def compile_quarantine(conditions: tuple[str, ...]) -> RowList:
    return compile_list(
        columns="columns_quarantined",
        conditions=conditions,
        order="aside.seen_at desc, aside.source_table, aside.row_id, aside.reason",
        source="serving.quarantined_rows as aside",
        count="{{ count_in_rows }}",
        window="{{ window_whole }}",
    )
