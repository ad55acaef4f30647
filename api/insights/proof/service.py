"""A number of an answer held against the list it opens to and the rows it stands for."""

import json
from typing import Any

import asyncpg
from fastapi import Request

from api.insights.answers.errors import NotPublishedError
from api.insights.answers.known import known_on_of, with_known_on
from api.insights.answers.replay import Replayed, replay
from api.insights.answers.source import Source
from api.insights.answers.statements import compile_statement
from api.insights.catalogue.lineage import trace
from api.insights.catalogue.registry import Carrier, Metric, load_metrics, metrics_of
from api.insights.proof.claims import Claim, find_claims, provable
from api.insights.proof.errors import RefusedError
from api.insights.proof.queries import ProofQuery
from api.insights.proof.readding import (
    agrees,
    arguments_of,
    compile_readding,
    drilldown_address,
    select_rows,
)
from api.insights.proof.schemas import FieldProof, ModelChecks, Proof, ProvenPublication
from api.kit.clock import utc_now
from api.kit.errors import ValidationFailedError

PUBLICATION = compile_statement("publication_facts")
# A proof may read all rows of its selection, which are as many as the history is long.
TIME_LIMIT = "set local statement_timeout = '10s'; set local plan_cache_mode = force_custom_plan"
OK = 200


async def prove(request: Request, query: ProofQuery) -> Proof:
    """Prove numbers of the answer at an address, all from one state of the database.

    Raises:
        NotPublishedError: Before the first publication.
        RefusedError: The address is refused, as it would be if it were asked by itself.
        ValidationFailedError: Nothing there can be proven, or not the field asked for.
    """
    asked = known_on_of(query.path)
    pool: asyncpg.Pool = request.app.state.read_pool
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        await connection.execute(TIME_LIMIT)
        source = await Source.known_on(connection, asked)
        publication = await source.fetchrow(PUBLICATION, {})
        if publication is None:
            raise NotPublishedError
        answer = await replay(request, query.path, connection)
        if answer.status != OK:
            raise RefusedError(answer)
        claims = find_claims(answer.body, _provable_at(answer), query.field)
        checks = json.loads(publication["check_results"])
        proofs = [await _prove(request, source, claim, answer, checks) for claim in claims]
    return Proof(
        generated_at=utc_now(),
        data_as_of=publication["data_as_of"],
        publication_id=publication["publication_id"],
        path=query.path,
        agrees=all(proof.agrees for proof in proofs),
        publication=_tell_publication(publication, checks),
        proofs=proofs,
    )


async def _prove(
    request: Request, source: Source, claim: Claim, answer: Replayed, checks: dict[str, Any]
) -> FieldProof:
    selection = select_rows(claim, answer.body, answer.values)
    statement = compile_readding(claim, selection, answer.values.get("as_of"))
    readded = await source.fetchrow(statement, arguments_of(selection, answer.body | answer.values))
    found = None if readded is None or readded["value"] is None else float(readded["value"])
    address = drilldown_address(claim, selection, answer.values)
    if address is not None:
        address = with_known_on(address, source.publication_id)
    count = None if address is None else await _count(request, address, source.connection)
    metric, error = claim.metric, claim.metric.error_percent
    return FieldProof(
        field=claim.field,
        metric_id=metric.id,
        unit=metric.unit,
        value=claim.value,
        drilldown=address,
        drilldown_count=count,
        rows=metric.rows.table if metric.rows else "",
        rows_sql=metric.rows_sql or "",
        readded=int(found) if found is not None and found.is_integer() else found,
        error_percent=error,
        agrees=agrees(claim.value, found, error)
        and (count is None or not metric.unit.is_of_rows or count == claim.value),
        model=metric.model,
        lineage=trace(claim.carrier.answer, claim.carrier.field),
        checks=_checks_of(metric, checks),
        tests=metric.tests,
    )


async def _count(request: Request, address: str, connection: asyncpg.Connection) -> int:
    """Count of a list."""
    listed = await replay(request, f"{address}{'&' if '?' in address else '?'}page_size=1", connection)
    if listed.status != OK:
        raise RefusedError(listed)
    return int(listed.body["count"])


def _provable_at(answer: Replayed) -> list[tuple[Metric, Carrier]]:
    route = answer.route or ""
    carriers = provable(metrics_of(route), route, answer.values)
    if not carriers:
        paths = {
            carrier.answer
            for metric in load_metrics().values()
            if metric.is_provable
            for carrier in metric.carried
        }
        message = f"No number of this answer can be proven: ask for one of {', '.join(sorted(paths))}"
        raise ValidationFailedError.of("path", message)
    return carriers


def _checks_of(metric: Metric, checks: dict[str, Any]) -> list[ModelChecks]:
    tables = {metric.model, metric.source.rpartition(".")[2]}
    tables |= {metric.rows.table.rpartition(".")[2]} if metric.rows else set()
    return [
        ModelChecks(table=asset, passed=found["passed"], failed=found["failed"])
        for asset, found in sorted(checks.get("assets", {}).items())
        if asset.rpartition("/")[2] in tables
    ]


def _tell_publication(publication: asyncpg.Record, checks: dict[str, Any]) -> ProvenPublication:
    told = dict(publication)
    shared = {name: told[name] for name in ProvenPublication.model_fields if name in told}
    return ProvenPublication(
        **shared, checks_passed=checks.get("passed", 0), checks_failed=checks.get("failed", [])
    )
