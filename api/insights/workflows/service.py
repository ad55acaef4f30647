"""What workflows, their steps and the ways of their tickets look like in the current publication."""

import json
from collections.abc import Mapping
from typing import Any

from api.insights.answers.errors import NotPublishedError
from api.insights.answers.lists import RowList
from api.insights.answers.queries import StepFilters, TicketFilters
from api.insights.answers.reading import Reading
from api.insights.answers.repository import Answer, Listed, WholeList, find_publication
from api.insights.answers.service import get_answer, list_rows, list_values
from api.insights.answers.statements import Statement
from api.insights.workflows import drilldowns, repository
from api.insights.workflows.queries import (
    DepartmentRowsQuery,
    VisitRowsQuery,
    WholeHistoryQuery,
    WorkflowRowsQuery,
)
from api.workflows.errors import WorkflowNotFoundError


async def get_metrics(reading: Reading[TicketFilters]) -> Answer:
    return await get_answer(reading, repository.METRICS)


async def get_departments(reading: Reading[TicketFilters]) -> Answer:
    return await get_answer(reading, repository.DEPARTMENTS)


async def get_steps(reading: Reading[StepFilters]) -> Answer:
    return await get_answer(reading, repository.step_performance(vars(reading.query)))


async def get_process_map(reading: Reading[WholeHistoryQuery], workflow_id: int) -> Answer:
    return await _answer_of(reading, repository.PROCESS_MAP, {"workflow_id": workflow_id})


async def list_variants(reading: Reading[WholeHistoryQuery], workflow_id: int) -> Listed:
    values = list_values(reading) | {"workflow_id": workflow_id}
    return await _list_of(reading, drilldowns.VARIANTS, values)


async def list_of_workflow(reading: Reading[WorkflowRowsQuery], workflow_id: int) -> Listed:
    values = list_values(reading) | {"workflow_id": workflow_id}
    return await _list_of(reading, drilldowns.list_of_workflow(values), values)


async def get_workflow_name(reading: Reading[Any], workflow_id: int) -> str:
    answer = await _answer_of(reading, repository.WORKFLOW_NAME, {"workflow_id": workflow_id})
    name: str = json.loads(answer.body or b'""')
    return name


def list_events(workflow_id: int) -> WholeList:
    return WholeList(drilldowns.EVENTS, {"workflow_id": workflow_id})


async def list_of_departments(reading: Reading[DepartmentRowsQuery]) -> Listed:
    values = list_values(reading)
    return await list_rows(reading, drilldowns.list_of_department(values), values)


async def list_visits(reading: Reading[VisitRowsQuery]) -> Listed:
    values = list_values(reading)
    return await list_rows(reading, drilldowns.list_of_visits(values), values)


async def _answer_of(reading: Reading[Any], statement: Statement, values: Mapping[str, Any]) -> Answer:
    """Answer for one workflow.

    Raises:
        WorkflowNotFoundError: It is not among the published ones.
        NotPublishedError: Before the first publication.
    """
    try:
        return await get_answer(reading, statement, values)
    except NotPublishedError:
        await _refuse_unknown(reading)
        raise


async def _list_of(reading: Reading[Any], rows: RowList, values: Mapping[str, Any]) -> Listed:
    try:
        listed = await list_rows(reading, rows, values)
        if isinstance(listed, WholeList):
            await get_answer(reading, repository.WORKFLOW_NAME, values)
    except NotPublishedError:
        await _refuse_unknown(reading)
        raise
    return listed


async def _refuse_unknown(reading: Reading[Any]) -> None:
    """No answer has two causes; where something is published, it is the workflow that is not."""
    async with reading.source() as source:
        if await find_publication(source) is not None:
            raise WorkflowNotFoundError
