from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.metadata.facts import Metadata, look_at
from pipelines.metadata.figures import numbers
from pipelines.resources.postgres import Postgres

if TYPE_CHECKING:
    from pipelines.defs.ticket_models.registry import Decision, Training

_TABLES = {
    "model_run": "One row per training of a model of single tickets; rows are never rewritten.",
    "model_artefact": "The fitted models of the last trainings, in a form that runs no code when it is read.",
    "model_promotion": "One row per decision which training is served; rows are never rewritten.",
}
_KEYS = {table: dg.AssetKey(["ml", table]) for table in (*_TABLES, "ticket_prediction")}
_LEARNT_INPUTS = dg.AssetCheckSpec(
    "inputs_are_as_they_were_learnt",
    asset=_KEYS["model_run"],
    description="What the models are asked about now is spread as what they were learnt on.",
)
_KNOWN_WORDS = dg.AssetCheckSpec(
    "open_tickets_say_what_is_known",
    asset=_KEYS["ticket_prediction"],
    description="Open tickets say nothing that the served models have no words for.",
)
_LEARNT_FROM = [["marts", "case_events"], ["marts", "fct_tickets"]]


@dg.multi_asset(
    name="ticket_models",
    specs=[
        dg.AssetSpec(
            _KEYS[table],
            deps=_LEARNT_FROM,
            description=description,
            group_name="ticket_models",
            owners=["team:analytics"],
            kinds={"python", "scikitlearn", "postgres"},
        )
        for table, description in _TABLES.items()
    ],
    check_specs=[_LEARNT_INPUTS],
    retry_policy=dg.RetryPolicy(max_retries=1, delay=1),
)
def ticket_models(
    context: dg.AssetExecutionContext, postgres: Postgres
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Learn the risk of a breach and the remaining time, and serve what beats its baseline."""
    # The models take seconds to import, which the web server and the sensors can do without.
    from pipelines.defs.ticket_models.cases import read_cases  # noqa: PLC0415
    from pipelines.defs.ticket_models.registry import read_decision, record_training  # noqa: PLC0415
    from pipelines.defs.ticket_models.training import train_risk, train_time  # noqa: PLC0415
    from pipelines.defs.ticket_models.watch import heed, judge_issued  # noqa: PLC0415

    began = perf_counter()
    with postgres.transaction() as connection:
        cases = read_cases(connection)
        issued = judge_issued(connection, cases)
    context.log.info("Learning from %s events.", len(cases.log.rows))
    learnt = [train(cases) for train in (train_risk, train_time)]
    trainings = [heed(training, issued.get(training.kind)) for training in learnt]
    with postgres.transaction() as connection:
        runs = {training.kind: record_training(connection, training) for training in trainings}
        decisions = {kind: read_decision(connection, kind) for kind in runs}
    seconds = {"seconds": round(perf_counter() - began, 3)}
    keys = [_KEYS[table] for table in _TABLES]
    facts = look_at(postgres, keys, columns_of=keys)
    for key in keys:
        metadata = {**facts.describe(key), **seconds, **_figures(trainings, runs, decisions)}
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)
    yield _told(
        _LEARNT_INPUTS,
        [
            f"{training.kind}: {sentence}"
            for training in trainings
            for sentence in training.metrics.get("inputs", {}).get("warnings", ())
        ],
    )


@dg.asset(
    key=_KEYS["ticket_prediction"],
    deps=[*_LEARNT_FROM, _KEYS["model_promotion"]],
    description="What the served models say of each open ticket, the last time of each day.",
    group_name="ticket_predictions",
    owners=["team:analytics"],
    kinds={"python", "scikitlearn", "postgres"},
    check_specs=[_KNOWN_WORDS],
    retry_policy=dg.RetryPolicy(max_retries=1, delay=1),
)
def ticket_predictions(postgres: Postgres) -> dg.MaterializeResult:
    """Ask the served models of the tickets that are open."""
    from pipelines.defs.ticket_models.cases import read_cases  # noqa: PLC0415
    from pipelines.defs.ticket_models.scoring import score_open_tickets  # noqa: PLC0415

    began = perf_counter()
    with postgres.transaction() as connection:
        scored = score_open_tickets(connection, read_cases(connection))
    seconds = round(perf_counter() - began, 3)
    key = _KEYS["ticket_prediction"]
    facts = look_at(postgres, [key], columns_of=[key])
    return dg.MaterializeResult(
        metadata={**facts.describe(key), "rows_written": scored.tickets, "seconds": seconds},
        check_results=[_told(_KNOWN_WORDS, scored.warnings)],
    )


def _figures(
    trainings: "Sequence[Training]", runs: Mapping[str, int], decisions: "Mapping[str, Decision]"
) -> Metadata:
    """Of each kind: the run and the one that is served, which may be another, and how right it is."""
    figures: Metadata = {
        "fallbacks": sum(training.artefact is None for training in trainings),
        "warnings": " ".join(sentence for training in trainings for sentence in training.warnings),
        "inputs": {training.kind: training.metrics.get("inputs", {}) for training in trainings},
    }
    for training in trainings:
        kind, learnt = training.kind, {"tickets": training.tickets, "baseline": training.baseline_metrics}
        told = {name: value for name, value in training.metrics.items() if name != "inputs"}
        figures |= {
            f"{kind}_run": runs[kind],
            f"{kind}_served_run": decisions[kind].model_run_id,
            **numbers({**learnt, **told}, prefix=kind),
        }
    return figures


def _told(check: dg.AssetCheckSpec, sentences: Sequence[str]) -> dg.AssetCheckResult:
    """Warn, not stop: where a model must not answer its baseline does."""
    return dg.AssetCheckResult(
        check_name=check.name,
        asset_key=check.asset_key,
        passed=not sentences,
        severity=dg.AssetCheckSeverity.WARN,
        description=" ".join(sentences) or None,
    )
