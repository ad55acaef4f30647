"""Cards tell what is kept of each model, for a terminal and as a page that asks nobody for anything."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import psycopg
import pytest

from ml.resolution_trend import CHEAP, forecast_trend
from pipelines.cards.facts import KINDS, read_facts
from pipelines.cards.render import card_markdown, card_page
from pipelines.defs.ticket_models.registry import Training, decide, record_training
from pipelines.defs.ticket_models.scoring import score_open_tickets
from pipelines.defs.ticket_models.training import train_risk, train_time
from pipelines.defs.ticket_volume.series import choose_series
from pipelines.defs.ticket_volume.storage import write_run
from pipelines.defs.ticket_volume.training import learn_all
from pipelines.docs import build_model_cards
from pipelines.settings import DBT_PROJECT
from tests.pipelines.defs.ticket_models.simulated import simulate_cases
from tests.pipelines.defs.ticket_volume.test_series import DAYS, volume_of

BUILT_AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script> | **HR** [a](http://evil.example)"
TRAINING = Training(
    kind="sla_risk",
    model_version="sla_risk-1.0",
    data_from=None,
    data_to=pd.Timestamp("2026-03-10"),
    tickets=900,
    seed=1,
    metrics={"auc": 0.8},
    baseline_metrics={},
    warnings=(),
    artefact=b"a model",
)


class Page(HTMLParser):
    """Tags, addresses and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attributes if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def markdown(connection: psycopg.Connection[Any], kind: str) -> str:
    return card_markdown(read_facts(connection, kind))


def page(connection: psycopg.Connection[Any], kind: str) -> Page:
    return Page(card_page(read_facts(connection, kind), built_at=BUILT_AT, kinds=KINDS))


@pytest.fixture(scope="module")
def trained(module_database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A small desk with both models learnt, asked of its open tickets, and its volume forecast."""
    cases = simulate_cases()
    chosen = choose_series(volume_of(({}, 9), ({"category": "A"}, 5), ({"category": HOSTILE}, 4)))
    as_of = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=DAYS)
    with psycopg.connect(module_database_url, autocommit=True) as connection:
        for train in (train_risk, train_time):
            record_training(connection, train(cases))
        score_open_tickets(connection, cases)
        models = learn_all(chosen, as_of=as_of)
        write_run(
            connection,
            [
                (each.series_key, each.filters, model.forecast())
                for each, model in zip(chosen, models, strict=True)
            ],
            kind="ticket_volume",
            data_as_of=as_of,
            model_version="ticket_volume-2.0",
            params={"seed": 20_260_101},
        )
        tickets = pd.DataFrame({"created_at": pd.date_range("2026-01-01", periods=400, freq="6h")})
        ended_at = tickets["created_at"] + pd.to_timedelta(range(1, 401), unit="min")
        trend = forecast_trend(
            tickets.assign(ended_at=ended_at, is_resolved=True),
            pd.DataFrame({"ticket": [], "held_at": ended_at[:0], "resumed_at": ended_at[:0]}),
            as_of=as_of,
            candidates=CHEAP,
        )
        write_run(
            connection,
            [(chosen[0].series_key, {}, trend)],
            kind="resolution_trend",
            data_as_of=as_of,
            model_version=trend.model_version,
            params={},
        )
        yield connection


@pytest.fixture
def connection(trained: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    """The desk, as it was before once the test is over."""
    with trained.transaction(force_rollback=True):
        yield trained


class TestEveryCard:
    @pytest.mark.parametrize("kind", KINDS)
    def test_has_the_prose_of_its_readme_once(self, connection: psycopg.Connection[Any], kind: str) -> None:
        told = markdown(connection, kind)
        readme = (Path(__file__).parents[3] / "ml" / kind / "README.md").read_text(encoding="utf-8")
        assert told.startswith(f"# Model card: {kind}\n")
        for heading in re.findall(r"^## .*$", readme, re.MULTILINE):
            assert told.count(f"\n{heading}\n") == 1, heading

    @pytest.mark.parametrize("kind", KINDS)
    def test_asks_nobody_for_anything(self, connection: psycopg.Connection[Any], kind: str) -> None:
        shown = page(connection, kind)
        assert not {"script", "img", "link", "iframe"} & set(shown.tags)
        assert set(shown.addresses) == {
            "../contents.html",
            "../index.html",
            *(f"{other}.html" for other in KINDS),
        }

    @pytest.mark.parametrize("kind", KINDS)
    def test_of_a_desk_without_models_says_so(self, database_url: str, kind: str) -> None:
        with psycopg.connect(database_url) as connection:
            told, shown = markdown(connection, kind), page(connection, kind)
        assert re.search(r"Nothing was (trained|forecast) yet", told)
        assert "`sluice pipeline run` trains and publishes" in told
        assert "svg" not in shown.tags

    def test_is_written_where_the_overview_looks_for_it(
        self, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SLUICE_DATABASE_URL", database_url)
        pages = build_model_cards(tmp_path)
        overview = (DBT_PROJECT / "models" / "docs" / "overview.md").read_text(encoding="utf-8")
        linked = re.findall(r"\]\((model-cards/[^)]+)\)", overview)
        assert sorted(tmp_path / address for address in linked) == sorted(pages)
        assert all(written.read_text(encoding="utf-8").startswith("<!doctype html>") for written in pages)


class TestResolutionTrend:
    def test_figures_are_those_of_the_run(self, connection: psycopg.Connection[Any]) -> None:
        row = connection.execute(
            "select champion, quality from ml.forecast_series inner join ml.forecast_run using (run_id)"
            " where kind = 'resolution_trend'"
        ).fetchone()
        assert row is not None
        champion, quality = row
        told = markdown(connection, "resolution_trend")
        assert f"is not published yet: {champion}" in told
        assert f"| {champion} | {quality['candidates'][champion]:.3f} |" in told
        assert f"| 80 % in backtests | 80 % | {100 * quality['coverage']['0.80']:.1f} % |" in told


class TestModelsOfSingleTickets:
    def test_figures_are_those_of_the_training(self, connection: psycopg.Connection[Any]) -> None:
        row = connection.execute("select metrics, baseline_metrics from ml.model_run where model_run_id = 1")
        metrics, baselines = row.fetchone() or ({}, {})
        told = markdown(connection, "sla_risk")
        rates, rules = baselines["priority_rates"]["auc"], baselines["rules"]["auc"]
        assert f"| AUC | {metrics['auc']:.3f} | {rates:.3f} | {rules:.3f} |" in told
        assert f"| unseen tickets | 90 % | {100 * metrics['set_coverage']:.1f} % |" in told
        assert told.count("| input | PSI |") == 1
        assert "Training T1 is served since" in told
        assert "by pipeline: It beats its baseline." in told

    def test_the_picture_has_a_dot_for_each_tenth(self, connection: psycopg.Connection[Any]) -> None:
        assert page(connection, "sla_risk").tags.count("circle") == 10
        shown = page(connection, "resolution_time")
        assert (shown.tags.count("circle"), shown.tags.count("svg")) == (0, 1)

    def test_bands_are_told_as_said_and_as_held(self, connection: psycopg.Connection[Any]) -> None:
        row = connection.execute("select metrics from ml.model_run where kind = 'resolution_time'").fetchone()
        metrics = row[0] if row else {}
        assert 0.7 < metrics["coverage_80"] < 0.95
        told = markdown(connection, "resolution_time")
        assert f"| unseen tickets | 80 % | {100 * metrics['coverage_80']:.1f} % |" in told

    def test_what_was_issued_is_told_beside_what_came(self, connection: psycopg.Connection[Any]) -> None:
        issued = {"rows": 420, "breach_rate": 0.2, "mean_probability": 0.25, "auc": 0.81, "brier": 0.1}
        newest = replace(TRAINING, metrics={"issued": issued | {"calibration_error": 0.03}})
        record_training(connection, newest)
        told = markdown(connection, "sla_risk")
        assert "420 are known to have breached (20.0 %, told 25.0 %) or not: AUC 0.810" in told
        assert re.search(r"\d+ predictions of \d+ tickets are kept", told)

    def test_a_model_that_was_taken_back_is_told_with_the_reason(
        self, connection: psycopg.Connection[Any]
    ) -> None:
        reason = "Half of what tickets now have as <b>category</b> was unknown."
        record_training(connection, replace(TRAINING, artefact=None, warnings=(reason,)))
        told, shown = markdown(connection, "sla_risk"), page(connection, "sla_risk")
        assert "No training is served since" in told
        assert "The baseline answers." in told
        assert reason in shown.text
        assert "b" not in shown.tags

    def test_what_somebody_holds_is_told(self, connection: psycopg.Connection[Any]) -> None:
        decide(connection, "sla_risk", 1, by="ana", reason="HR complained.", hold=True)
        told = markdown(connection, "sla_risk")
        assert re.search(r"by ana, who holds it against later ones: HR complained\.", told)

    def test_the_last_fourteen_trainings_are_listed(self, connection: psycopg.Connection[Any]) -> None:
        for _ in range(20):
            record_training(connection, TRAINING)
        listed = re.findall(r"^\| T(\d+) \| \d{4}-", markdown(connection, "sla_risk"), re.MULTILINE)
        numbers = [int(number) for number in listed]
        assert len(numbers) == 14
        assert numbers == sorted(numbers, reverse=True)

    def test_figures_that_older_trainings_did_not_keep_are_left_open(
        self, connection: psycopg.Connection[Any]
    ) -> None:
        record_training(connection, TRAINING)
        told = markdown(connection, "sla_risk")
        assert "| AUC | 0.800 | - | - |" in told
        assert "They are not known to have been looked at." in told


class TestVolume:
    def test_series_are_told_with_their_blend_and_escaped(self, connection: psycopg.Connection[Any]) -> None:
        told, shown = markdown(connection, "ticket_volume"), page(connection, "ticket_volume")
        rows = re.findall(r"^\| (all tickets|category .*?) \| (blend|\w+) \| [\d.]+ % \|", told, re.MULTILINE)
        assert [name for name, _ in rows][:2] == ["all tickets", "category A"]
        assert len(rows) == 3
        assert f"category {HOSTILE}" in shown.text
        assert "script" not in shown.tags

    def test_nothing_is_over_until_it_is_judged(self, connection: psycopg.Connection[Any]) -> None:
        assert "No day of a forecast is over yet." in markdown(connection, "ticket_volume")
        connection.execute(
            """
            insert into serving.forecast_scores
            select
                series_key, date '2027-01-01' + ahead - 1, ahead, '2027-01-01', run_id, champion, fallback,
                12, 5, 9, 5, 20, 5, 20, 10, 7, 11
            from ml.forecast_series inner join ml.forecast_run using (run_id)
            cross join generate_series(1, 9) as ahead
            where kind = 'ticket_volume' and category is null
            """
        )
        told = markdown(connection, "ticket_volume")
        assert "| 1 to 7 | 7 | 2.00 | 2.00 | 3.00 | 1.00 | 0.0 % | 100.0 % | 100.0 % |" in told
        assert "| 8 to 28 | 2 | 2.00 |" in told
