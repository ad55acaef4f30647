from typing import Any

import pytest

from dashboards.answers.workflows import DesignedEdge, ProcessMap
from dashboards.components.process_map import map_of
from dashboards.loaders import Told
from tests.dashboards.app_pages.conftest import Ask, OpenSimulated, table_with


@pytest.fixture
def busiest(ask: Ask) -> dict[str, Any]:
    workflow: dict[str, Any] = ask("/analytics/workflows/metrics/")["workflow_metrics"][0]
    return workflow


def test_figures_are_those_of_the_api(open_simulated: OpenSimulated, ask: Ask) -> None:
    shown = table_with(open_simulated("workflows"), "total_tasks")
    rows = ask("/analytics/workflows/metrics/")["workflow_metrics"]
    assert shown["workflow_name"].tolist() == [row["workflow_name"] for row in rows]
    assert shown["p90_completion_hours"].tolist() == [row["p90_completion_hours"] for row in rows]


def test_the_slowest_step_is_named(open_simulated: OpenSimulated, ask: Ask, busiest: dict[str, Any]) -> None:
    steps = ask("/analytics/workflows/steps/", workflow_id=str(busiest["workflow_id"]))["step_performance"]
    slowest = max(steps, key=lambda step: step["median_hours"])
    words = f"The slowest step is {slowest['step_name']}: half of its {slowest['samples']} ended visits"
    assert words in " ".join(text.value for text in open_simulated("workflows").text)


def test_the_workflow_is_the_one_in_the_address(open_simulated: OpenSimulated, ask: Ask) -> None:
    last = ask("/analytics/workflows/metrics/")["workflow_metrics"][-1]
    page = open_simulated("workflows", map=last["workflow_name"])
    answer = ask(f"/analytics/workflows/{last['workflow_id']}/process-map/")
    assert table_with(page, "from_step_name")["count"].tolist() == [edge["count"] for edge in answer["edges"]]
    ways = ask(f"/analytics/workflows/{last['workflow_id']}/variants/", page_size="100")["results"]
    assert table_with(page, "Way")["Share %"].tolist() == [way["share"] for way in ways]
    assert table_with(page, "Way")["Way"].tolist() == [" → ".join(way["steps"]) for way in ways]


def test_the_event_log_is_for_admins(open_simulated: OpenSimulated) -> None:
    def downloads(role: str) -> list[str]:
        page = open_simulated("workflows", role)
        return [button.proto.label for button in page.main.get("download_button")]

    assert "Download the event log as XES" in downloads("Admin")
    assert "Download the event log as XES" not in downloads("Service Desk")


class TestMap:
    @pytest.fixture
    def told(self) -> Told[ProcessMap]:
        """Triage and repair as designed, a step skipped by all, and a move back that nobody designed."""
        step = {"role_name": "Desk", "is_designed": True, "is_start": False, "is_end": False}
        step |= {"currently_here": 0, "samples": 4, "median_business_hours": 1.0}
        move = {"from_step_name": "", "to_step_name": "", "rework_count": 0, "p90_hours": 9.0}
        answer = ProcessMap.model_validate(
            {
                "publication_id": 1,
                "data_as_of": "2026-03-10T14:30:00Z",
                "workflow_id": 7,
                "workflow_name": "Repair",
                "tickets": 4,
                "completed_tickets": 4,
                "visits": 9,
                "deviating_moves": 1,
                "deviation_rate": 20.0,
                "reworked_tickets": 1,
                "rework_rate": 25.0,
                "designed_share": 75.0,
                "variants": 2,
                "nodes": [
                    step | {"step_id": 1, "step_name": "Triage", "visits": 5, "median_hours": 1.0},
                    step | {"step_id": 2, "step_name": "Repair \\N", "visits": 4, "median_hours": 6.0},
                ],
                "edges": [
                    move
                    | {"from_step_id": 1, "to_step_id": 2, "count": 4, "is_designed": True}
                    | {"median_hours": 1.0, "median_business_hours": 1.0},
                    move
                    | {"from_step_id": 2, "to_step_id": 1, "count": 1, "is_designed": False}
                    | {"median_hours": 40.0, "median_business_hours": 1.0},
                ],
            }
        )
        return Told(answer, "/analytics/workflows/7/process-map/?known_on=1")

    @pytest.fixture
    def lines(self, told: Told[ProcessMap]) -> list[str]:
        designed = [
            DesignedEdge(from_step_id=1, to_step_id=2, name="Broken"),
            DesignedEdge(from_step_id=2, to_step_id=2, name="Again"),
        ]
        return map_of(told, designed).body

    def drawn(self, lines: list[str], what: str) -> str:
        (line,) = [line for line in lines if line.startswith(f"\t{what} [")]
        return line

    def test_the_slowest_is_thick_and_named(self, lines: list[str]) -> None:
        assert "SLOWEST STEP" in self.drawn(lines, "2")
        assert "penwidth=4" in self.drawn(lines, "2")
        assert "SLOWEST" not in self.drawn(lines, "1")

    def test_a_deviation_is_dotted_and_named_and_never_the_slowest_move(self, lines: list[str]) -> None:
        back = self.drawn(lines, "2 -> 1")
        assert "style=dotted" in back
        assert "not in the design" in back
        assert "SLOWEST MOVE" in self.drawn(lines, "1 -> 2")

    def test_what_nobody_used_is_dashed(self, lines: list[str]) -> None:
        unused = self.drawn(lines, "2 -> 2")
        assert "style=dashed" in unused
        assert "Again\nnever used" in unused

    def test_steps_and_moves_open(self, lines: list[str]) -> None:
        assert "field=nodes%5Bstep_id%3D1%5D.visits" in self.drawn(lines, "1")
        assert "field=edges%5Bfrom_step_id%3D1%2Cto_step_id%3D2%5D.count" in self.drawn(lines, "1 -> 2")

    def test_a_name_that_others_wrote_is_no_command(self, lines: list[str]) -> None:
        assert "Repair \\\\N" in self.drawn(lines, "2")
