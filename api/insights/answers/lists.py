"""A list of rows, read in two ways: page by page, and whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.insights.answers.statements import Statement, compile_answer, compile_statement

TICKET_ROWS = "serving.ticket_rows as ticket"


@dataclass(frozen=True, slots=True)
class RowList:
    """The statements of one list: `page` answers with a page of it, `whole` with each row as JSON text."""

    page: Statement
    whole: Statement


def compile_list(
    *,
    columns: str,
    conditions: Sequence[str],
    order: str,
    source: str = TICKET_ROWS,
    page_conditions: Sequence[str] | None = None,
    body: str = "drilldown",
    series: str = "one_ticket_series",
    frame: str = "frame",
    page_source: str | None = None,
    **fragments: str,
) -> RowList:
    """Assemble both statements from the same parts, so that they cannot differ in their rows.

    Args:
        columns: File that names the columns.
        conditions: What the rows must meet; all of these.
        order: What they are ordered by, down to the last tie.
        source: Row table of `serving` and what it is called.
        page_conditions: The same as `conditions`, where a page knows of a shorter way to its rows.
        body: File that is the body of a page.
        series: File that finds the series that count the rows.
        frame: File that finds the publication, and the instant that it is asked of.
        page_source: Where a page finds its rows, if it knows of a shorter way.
        fragments: What else stands for the names in braces; `count` and `window` among them, and `extras`,
            further fields of a page's envelope.
    """
    parts = {"extras": ""} | fragments | {"columns": f"{{{{ {columns} }}}}", "order": order}
    of_page = conditions if page_conditions is None else page_conditions
    return RowList(
        page=compile_answer(
            body,
            series=series,
            frame=frame,
            source=page_source or source,
            conditions=_all_of(of_page),
            **parts,
        ),
        whole=compile_statement("whole_list", source=source, conditions=_all_of(conditions), **parts),
    )


def _all_of(conditions: Sequence[str]) -> str:
    return "\n    and ".join(conditions) or "true"
