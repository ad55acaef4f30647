"""What of the operational rows is counted, what is not, and what the checks of the publication found."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.insights.answers.reading import Reading
from api.insights.answers.repository import Answer, Listed
from api.insights.answers.service import get_answer, list_rows, list_values, retell
from api.insights.answers.statements import compile_answer, conditions_of
from api.insights.quality.enums import MEANINGS, Reason
from api.insights.quality.queries import DataQualityQuery, QuarantineQuery
from api.insights.quality.selection import ROW_FILTERS, compile_quarantine

DATA_QUALITY = compile_answer("data_quality")
ROWS = "/analytics/drilldown/data-quality/"


async def get_data_quality(reading: Reading[DataQualityQuery]) -> Answer:
    return retell(await get_answer(reading, DATA_QUALITY), _tell)


async def list_quarantined(reading: Reading[QuarantineQuery]) -> Listed:
    values = list_values(reading)
    return await list_rows(reading, compile_quarantine(conditions_of(ROW_FILTERS, values)), values)


def _tell(facts: dict[str, Any]) -> dict[str, Any]:
    for row in facts["reasons"]:
        row["meaning"] = MEANINGS[Reason(row["reason"])]
        row["drilldown"] = f"{ROWS}?reason={row['reason']}&source_table={row['source_table']}"
    return {**facts, "warnings": [*_warnings(facts)]}


def _warnings(facts: Mapping[str, Any]) -> Iterator[str]:
    aside = facts["quarantine"]
    if aside["rows"]:
        yield (
            f"{aside['rows']} rows of {aside['tickets']} tickets cannot be right and are counted nowhere: "
            f"correct them where they come from, see {ROWS}"
        )
    for unmet in facts["checks"]["unmet"]:
        yield f"{unmet['asset']} did not meet {unmet['check']}: see its page in Data Docs or Dagster"
    if not any(feed["rows"] for feed in facts["feeds"]):
        yield "There is nothing yet that numbers could be made of: create a ticket or import a log"
