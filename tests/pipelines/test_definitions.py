from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines.defs.publication.tables import PUBLISHED_TABLES
from pipelines.quality.gates import GATES
from tests.pipelines.asset_graph import SNAPSHOT, as_text, read_graph


@pytest.fixture
def graph(definitions: dg.Definitions) -> dict[str, dict[str, Any]]:
    return read_graph(definitions)


class TestAssetGraph:
    def test_graph_is_the_reviewed_one(self, graph: dict[str, dict[str, Any]]) -> None:
        """Review the difference, then write it down: `python -m tests.pipelines.asset_graph`."""
        assert as_text(graph) == SNAPSHOT.read_text(encoding="utf-8")

    def test_every_asset_says_what_it_is_and_whose(self, definitions: dg.Definitions) -> None:
        for spec in definitions.resolve_all_asset_specs():
            assert spec.description, spec.key
            assert spec.owners, spec.key
            assert spec.kinds, spec.key
            assert spec.group_name not in {None, "default"}, spec.key

    def test_every_published_column_is_described_and_comes_from_its_build(
        self, definitions: dg.Definitions
    ) -> None:
        specs = {spec.key: spec for spec in definitions.resolve_all_asset_specs()}
        for table in PUBLISHED_TABLES:
            metadata = specs[dg.AssetKey(["serving", table])].metadata
            columns = {column.name: column for column in metadata["dagster/column_schema"].columns}
            lineage = metadata["dagster/column_lineage"].deps_by_column
            assert all(column.description and column.type for column in columns.values()), table
            assert lineage == {
                name: [dg.TableColumnDep(dg.AssetKey(["build", table]), name)] for name in columns
            }

    def test_groups_follow_one_another(self, graph: dict[str, dict[str, Any]]) -> None:
        """A group that both feeds and follows another cannot be drawn from left to right."""
        groups: dict[str, set[str]] = {}
        for node in graph.values():
            earlier = {graph[parent]["group"] for parent in node["after"] if parent in graph}
            groups.setdefault(node["group"], set()).update(earlier - {node["group"]})
        assert list(TopologicalSorter(groups).static_order())[-1] == "publication"
        assert not groups["operations"]

    def test_every_published_table_comes_from_its_build(self, graph: dict[str, dict[str, Any]]) -> None:
        for table in PUBLISHED_TABLES:
            assert graph[f"serving/{table}"]["after"] == [f"build/{table}"]


def hours_of(policy: Any) -> float:
    seconds: float = policy.fail_window.to_timedelta().total_seconds()
    return seconds / 3600


class TestFreshness:
    def test_assets_grow_stale_when_admins_are_told(self, definitions: dg.Definitions) -> None:
        hours = {
            spec.key.to_user_string(): hours_of(spec.freshness_policy)
            for spec in definitions.resolve_all_asset_specs()
            if spec.freshness_policy is not None
        }
        limits = Path("api/migrations/sql/operational.sql").read_text(encoding="utf-8")
        assert f"('publication_warning_hours', {hours['serving/publications']:g}," in limits
        assert f"('model_warning_hours', {hours['ml/forecast_run']:g}," in limits
        assert set(hours.values()) == {26, 36, 9 * 24}
        made = {
            spec.key.to_user_string()
            for spec in definitions.resolve_all_asset_specs()
            if spec.key.path[0] != "ops"
        }
        assert made - set(hours) == {"serving/backfills"}


class TestJobs:
    def test_publishing_does_not_train_and_training_publishes(self, definitions: dg.Definitions) -> None:
        publish = definitions.resolve_job_def("publish").asset_layer.executable_asset_keys
        score = definitions.resolve_job_def("score_and_publish").asset_layer.executable_asset_keys
        train = definitions.resolve_job_def("train_and_publish").asset_layer.executable_asset_keys
        trained = {
            dg.AssetKey(["ml", name])
            for name in (
                *("forecast_run", "forecast_series", "forecast_point", "forecast_hours", "forecast_seal"),
                "forecast_backtest",
                *("model_run", "model_artefact", "model_promotion"),
            )
        }
        assert train - score == trained
        assert score - publish == {dg.AssetKey(["ml", "ticket_prediction"])}

    def test_rebuilding_publishes_and_compares(self, definitions: dg.Definitions) -> None:
        publish = definitions.resolve_job_def("publish").asset_layer.executable_asset_keys
        rebuild = definitions.resolve_job_def("rebuild_and_publish").asset_layer.executable_asset_keys
        assert rebuild - publish == {dg.AssetKey(["serving", "rebuild_comparisons"])}
        assert publish < rebuild

    def test_a_backfill_goes_by_days_in_one_run(self, definitions: dg.Definitions) -> None:
        job = definitions.resolve_job_def("backfill")
        assert job.asset_layer.executable_asset_keys == {dg.AssetKey(["serving", "backfills"])}
        assert isinstance(job.partitions_def, dg.DailyPartitionsDefinition)
        backfills = definitions.resolve_assets_def(dg.AssetKey(["serving", "backfills"]))
        assert backfills.backfill_policy == dg.BackfillPolicy.single_run()

    @pytest.mark.parametrize(
        ("job", "warn"),
        [
            ("publish", set()),
            ("rebuild_and_publish", {"increments_are_the_whole"}),
            ("score_and_publish", {"open_tickets_say_what_is_known"}),
            (
                "train_and_publish",
                {
                    "ledger_is_as_it_was_sealed",
                    "inputs_are_as_they_were_learnt",
                    "open_tickets_say_what_is_known",
                },
            ),
        ],
    )
    def test_every_gate_stands_in_the_way_of_publishing(
        self, job: str, warn: set[str], definitions: dg.Definitions
    ) -> None:
        graph = definitions.resolve_job_def(job).asset_layer.asset_graph
        checks = {key.name: graph.get_check_spec(key) for key in graph.asset_check_keys}
        assert {gate.name for gate in GATES} <= set(checks)
        assert {name for name, check in checks.items() if not check.blocking} == warn
