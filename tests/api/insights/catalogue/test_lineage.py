"""Where fields come from: followed by hand for some of each topic, and as it is told."""

import httpx
import pytest

from api.insights.answers.routes import QUESTIONS
from api.insights.catalogue.lineage import answers, fields_of, trace
from api.insights.catalogue.registry import full_path, load_metrics
from api.insights.endpoints import router
from tests.api.identity.levels import walk

# Which rows count is a matter of their ids as well: some are set aside.
ROWS_OF_TICKETS = {
    *("task.*", "task.task_id", "task.created_at", "task.deleted_at"),
    *("ticket_snapshot.*", "ticket_snapshot.ticket_id", "workflow.*"),
}
UNROUTED = {"task.ticket_id", "ticket_snapshot.created_at", "ticket_snapshot.status"}
TICKETS = ROWS_OF_TICKETS | UNROUTED
ITEMS = ROWS_OF_TICKETS | {
    "task_item.*",
    "task_item.task_item_id",
    "task_item.assigned_on",
    "role.*",
    "role_user.*",
    "step.*",
}

# Read off the statements and the models: the columns of `ops`, without the schema.
BY_HAND = [
    ("/tickets/dashboard/", "avg_first_response_hours", {"task.created_at", "task.first_response_at"}),
    (
        "/tickets/dashboard/",
        "avg_resolution_hours",
        {"task.created_at", "task.resolution_time", "task.is_resolution_recorded", "task.status"},
    ),
    ("/ticket-trends/", "trends[].resolved", TICKETS | {"task.status"}),
    ("/tickets/sla/", "sla_compliance[].department", {"ticket_snapshot.department"}),
    ("/drilldown/tickets/status/", "results[].subject", {"ticket_snapshot.subject"}),
    ("/drilldown/tickets/status/", "results[].current_step", {"step.name"}),
    ("/drilldown/tickets/status/", "results[].assigned_users[]", {"role_user.user_full_name"}),
    ("/drilldown/tickets/sla/", "results[].sla_source", {"task.sla_source"}),
    ("/ticket-categories/", "by_department[].department", {"ticket_snapshot.department"}),
    ("/workflows/metrics/", "workflow_metrics[].workflow_name", {"workflow.name"}),
    ("/workflows/{workflow_id}/process-map/", "nodes[].role_name", {"role.name"}),
    (
        "/workflows/{workflow_id}/process-map/",
        "edges[].is_designed",
        {"workflow_version.*", "workflow_version.definition", "workflow_version.is_active"},
    ),
    ("/drilldown/steps/", "results[].entered_at", {"task_event.occurred_at"}),
    ("/tasks/origin/", "origin_distribution[].count", ITEMS | {"task_item.origin"}),
    ("/drilldown/user/{user_id}/", "results[].acted_on", {"task_item.acted_on"}),
    ("/workload/", "workloads[].capacity", {"role_user.capacity", "role_user.user_id"}),
    (
        "/drilldown/tickets/open/",
        "results[].last_activity_at",
        {
            "task.created_at",
            "task_event.occurred_at",
            "task_item_event.occurred_at",
            "ticket_event.occurred_at",
        },
    ),
    ("/drilldown/tickets/open/", "results[].owner", {"role_user.user_full_name"}),
    ("/anomalies/", "thresholds", {"insight_threshold.value"}),
    (
        "/service-health/",
        "components.ticket_service.to_ticket_service.failed",
        {"outbox_event.*", "outbox_event.failed_at"},
    ),
    ("/forecast/workload/", "by_role[].handling_minutes", {"task_item.acted_on", "task_item.assigned_on"}),
    ("/drilldown/forecasts/", "results[].actual", TICKETS),
    ("/forecast/sla-risk/", "at_risk_tasks[].subject", {"ticket_snapshot.subject"}),
    ("/forecast/comprehensive/", "workload_forecast.by_role[].role", {"role.name"}),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "field", "columns"), BY_HAND)
def test_a_field_comes_from_the_columns_that_its_queries_read(
    answer: str, field: str, columns: set[str]
) -> None:
    assert set(trace(full_path(answer), field).operational) == {f"ops.{column}" for column in columns}


def test_every_answer_of_figures_is_told() -> None:
    published = {full_path(route.path) for route in walk(router.routes) if route.endpoint in QUESTIONS}
    assert set(answers()) == published


def test_every_field_that_carries_a_metric_is_told() -> None:
    carried = {
        (carrier.answer, carrier.field) for metric in load_metrics().values() for carrier in metric.carried
    }
    assert {each for each in carried if each[1] not in fields_of(each[0])} == set()


def test_every_figure_of_tickets_and_items_goes_back_to_operations() -> None:
    for path in ("/tickets/dashboard/", "/tickets/age/", "/tasks/performance/", "/workflows/steps/"):
        for name, told in fields_of(full_path(path)).items():
            if isinstance(told, list) and name not in {"publication_id", "data_as_of"}:
                assert trace(full_path(path), name).operational, (path, name)


class TestTheEndpoint:
    async def test_tells_one_field(self, admin: httpx.AsyncClient) -> None:
        asked = {"answer": "/analytics/tickets/dashboard/", "field": "sla_breached"}
        (told,) = (await admin.get("/lineage/", params=asked)).json()["results"]
        assert told["columns"] == ["serving.ticket_cube.sla_breached"]
        assert told["metrics"] == ["sla_breached"]
        assert told["models"][0] == "serving.ticket_cube"
        assert told["models"].index("marts.fct_tickets") < told["models"].index("staging.stg_ops__tasks")
        assert "ops.task.target_resolution" in told["operational"]

    async def test_tells_what_comes_from_a_column(self, admin: httpx.AsyncClient) -> None:
        page = "/lineage/?column=ops.task_item.handover_note&page_size=100"
        told = (await admin.get(page)).json()
        assert told["count"] == len(told["results"]) > 0
        assert all("ops.task_item.handover_note" in each["operational"] for each in told["results"])
        assert "/analytics/drilldown/transfers/" in {each["answer"] for each in told["results"]}

    async def test_tells_every_field_page_by_page(self, admin: httpx.AsyncClient) -> None:
        page, told = "/lineage/?answer=/tickets/status/&page_size=5", []
        while page:
            answer = (await admin.get(page)).json()
            told += [each["field"] for each in answer["results"]]
            page = answer["next"]
        assert told == list(fields_of("/analytics/tickets/status/"))

    @pytest.mark.parametrize(
        ("asked", "reason"),
        [
            ({"answer": "/analytics/luck/"}, "use one of /analytics/anomalies/"),
            ({"answer": "/analytics/tickets/age/", "field": "luck"}, "use one of"),
            ({"field": "luck"}, "name its answer"),
            ({"column": "ops.task.luck"}, "such as ops.task.status"),
            ({"columns": "ops.task.status"}, "not a parameter"),
        ],
    )
    async def test_refuses_what_it_does_not_know(
        self, admin: httpx.AsyncClient, asked: dict[str, str], reason: str
    ) -> None:
        response = await admin.get("/lineage/", params=asked)
        assert response.status_code == 400
        assert reason in str(response.json())

    async def test_has_no_page_past_the_end(self, admin: httpx.AsyncClient) -> None:
        assert (await admin.get("/lineage/?page=9999")).status_code == 404
