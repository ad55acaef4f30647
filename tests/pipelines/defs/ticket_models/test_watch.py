"""What was said of tickets is judged when they are over, and a model that went astray is not served."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import pytest

from ml.events import EventLog
from pipelines.defs.ticket_models.cases import Cases
from pipelines.defs.ticket_models.registry import Training, record_training
from pipelines.defs.ticket_models.watch import heed, judge_issued

AS_OF = pd.Timestamp("2026-03-10")
TICKETS = 400


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def cases() -> Cases:
    """Tickets of which a third breached; each ended a day after it was asked of, thirty days ago."""
    ended = pd.Series(AS_OF - pd.Timedelta(days=29), index=pd.RangeIndex(1, TICKETS + 1))
    outcome = (np.arange(TICKETS) % 3 == 0).astype(float)
    return Cases(
        log=EventLog(pd.DataFrame(columns=["ticket", "at", "opened_at", "status"])),
        breaches=pd.DataFrame({"breached": outcome, "known_at": ended}),
        ends=pd.DataFrame({"ended_at": ended, "known_at": ended}),
        open_tickets=pd.Index([]),
        as_of=AS_OF,
    )


def training(kind: str) -> Training:
    return Training(
        kind=kind,
        model_version="1",
        data_from=None,
        data_to=AS_OF,
        tickets=TICKETS,
        seed=1,
        metrics={"auc": 0.8},
        baseline_metrics={},
        warnings=(),
        artefact=b"a model",
    )


def issue(
    connection: psycopg.Connection[Any], probability: np.ndarray, *, hours: float = 24.0, days: int = 30
) -> None:
    """Of every fifth ticket the band is too low: one that always holds is too wide to be of use."""
    runs = [record_training(connection, training(kind)) for kind in ("sla_risk", "resolution_time")]
    at = (AS_OF - pd.Timedelta(days=days)).tz_localize("UTC").to_pydatetime()
    for task_id, chance in enumerate(probability, 1):
        told, most = (hours, 2 * hours) if task_id % 5 else (0.9 * hours, 0.95 * hours)
        connection.execute(
            """
            insert into ml.ticket_prediction
            values (%s, %s, %s, %s, %s, true, true, null, %s, %s, %s, %s, %s, %s)
            """,
            [task_id, at.date(), at, runs[0], chance, runs[1], told, told / 2, most, 0, 3 * hours],
        )


def honest(cases: Cases) -> np.ndarray:
    return np.where(cases.breaches["breached"] == 1, 0.95, 0.03)


def test_a_good_record_is_kept_with_the_training(connection: psycopg.Connection[Any], cases: Cases) -> None:
    issue(connection, honest(cases))
    issued = judge_issued(connection, cases)

    risk, time = (heed(training(kind), issued[kind]) for kind in ("sla_risk", "resolution_time"))
    assert (risk.artefact, time.artefact) == (b"a model", b"a model")
    assert risk.metrics["issued"]["auc"] == 1
    assert time.metrics["issued"]["mae_hours"] == pytest.approx(0.48)
    assert time.metrics["issued"]["coverage_80"] == pytest.approx(0.8)


def test_probabilities_that_went_astray_take_the_model_away(
    connection: psycopg.Connection[Any], cases: Cases
) -> None:
    issue(connection, 1 - honest(cases))
    watched = heed(training("sla_risk"), judge_issued(connection, cases)["sla_risk"])

    assert watched.artefact is None
    assert watched.warnings == ("What was said of tickets that are over told no more than the rate of all.",)


def test_probabilities_that_rank_well_and_miss_take_it_away_too(
    connection: psycopg.Connection[Any], cases: Cases
) -> None:
    issue(connection, honest(cases) * 0.6)
    watched = heed(training("sla_risk"), judge_issued(connection, cases)["sla_risk"])

    assert watched.artefact is None
    assert "missed what came by" in watched.warnings[0]


def test_bands_that_hold_too_little_take_the_model_away(
    connection: psycopg.Connection[Any], cases: Cases
) -> None:
    issue(connection, honest(cases), hours=4)
    watched = heed(training("resolution_time"), judge_issued(connection, cases)["resolution_time"])

    assert watched.artefact is None
    assert watched.warnings == ("Bands of 80 % that were told held 0% of the tickets that are over.",)


@pytest.mark.parametrize(("tickets", "days"), [(100, 30), (TICKETS, 5), (TICKETS, 90)])
def test_too_few_or_too_young_or_too_old_ones_prove_nothing(
    *, connection: psycopg.Connection[Any], cases: Cases, tickets: int, days: int
) -> None:
    issue(connection, 1 - honest(cases)[:tickets], days=days)

    assert judge_issued(connection, cases) == {}
    assert heed(training("sla_risk"), None) == training("sla_risk")
