"""The shipped mappings for exports of well-known systems, on rows as those systems write them."""

import csv
import json
from pathlib import Path

from tests.sluice.history_import.conftest import MAPPINGS, Query, Sluice

TASKS = (
    "select ticket_number, task.status, ticket.priority, task.created_at::text, resolution_time::text "
    "from ops.task join ops.ticket_snapshot as ticket using (ticket_id) order by 1"
)


def test_servicenow_incident_table(sluice: Sluice, query: Query, tmp_path: Path) -> None:
    header = (
        "number,short_description,description,state,category,subcategory,assignment_group,priority,caller_id,"
        "assigned_to,sys_updated_by,opened_at,sys_updated_on,resolved_at,closed_at,made_sla,contact_type,"
        "impact,urgency,close_code\n"
    )
    rows = [
        ["INC1", "No mail", "", "Closed", "Email", "Inbox", "Desk", "2 - High", "Abel", "Beth", "beth",
         "2024-02-01 08:00:00", "2024-02-06 08:00:00", "2024-02-01 17:30:00", "2024-02-06 08:00:00", "false",
         "email", "2", "2", "Solved"],
        ["INC2", "No mail", "", "8", "Email", "Inbox", "", "4", "Abel", "", "beth",
         "2024-02-02 08:00:00", "2024-02-03 08:00:00", "", "2024-02-03 08:00:00", "true", "email", "2", "2",
         ""],
    ]  # fmt: skip
    table = tmp_path / "incident.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        file.write(header)
        csv.writer(file).writerows(rows)
    mapping = MAPPINGS / "servicenow_incident_table.yaml"
    assert sluice("import", table, "--mapping", mapping).exit_code == 0
    assert query(TASKS) == [
        ("INC1", "completed", "High", "2024-02-01 08:00:00+00", "2024-02-01 17:30:00+00"),
        ("INC2", "cancelled", "Low", "2024-02-02 08:00:00+00", None),
    ]
    assert query("select recorded_sla_met from ops.task order by task_id") == [(False,), (True,)]
    assert query("select count(*) from ops.task_event where kind = 'reopened'") == [(0,)]


def test_jira_issues(sluice: Sluice, query: Query, tmp_path: Path) -> None:
    table = tmp_path / "issues.csv"
    table.write_text(
        "Issue key,Summary,Description,Issue Type,Component/s,Project name,Status,Status Category,Priority,"
        "Reporter,Assignee,Created,Updated,Resolved,Resolution,Labels,Labels\n"
        "OPS-1,No VPN,,Incident,Network,Operations,Closed,Done,Highest,Abel,Beth,"
        "01/Feb/24 8:00 AM,01/Feb/24 3:30 PM,01/Feb/24 3:30 PM,Done,a,b\n"
        "OPS-2,New phone,,Request,,Operations,Open,To Do,Medium,Abel,,"
        "02/Feb/24 8:00 AM,02/Feb/24 8:00 AM,,,,\n",
        encoding="utf-8",
    )
    assert sluice("import", table, "--mapping", MAPPINGS / "jira_issues.yaml").exit_code == 0
    assert query(TASKS) == [
        ("OPS-1", "completed", "Critical", "2024-02-01 08:00:00+00", "2024-02-01 15:30:00+00"),
        ("OPS-2", "pending", "Medium", "2024-02-02 08:00:00+00", None),
    ]
    assert query("select name, department from ops.workflow") == [("Jira / Operations", "Operations")]


def test_zendesk_tickets(sluice: Sluice, query: Query, tmp_path: Path) -> None:
    ticket = {
        "id": 35436, "subject": "Help", "description": "The fire is very colorful.", "status": "hold",
        "type": "incident", "priority": "normal", "group_id": 98738, "requester_id": 20978392,
        "assignee_id": 235323, "organization_id": 509974, "created_at": "2024-02-01T08:00:00Z",
        "updated_at": "2024-02-02T08:00:00Z", "via": {"channel": "web"},
        "metric_set": {"initially_assigned_at": "2024-02-01T09:00:00Z", "solved_at": None},
    }  # fmt: skip
    export = tmp_path / "tickets.jsonl"
    export.write_text(json.dumps(ticket) + "\n", encoding="utf-8")
    assert sluice("import", export, "--mapping", MAPPINGS / "zendesk_tickets.yaml").exit_code == 0
    assert query(TASKS) == [("ZD-35436", "on_hold", "Medium", "2024-02-01 08:00:00+00", None)]
    assert query("select first_response_at::text, hold_started_at::text from ops.task") == [
        ("2024-02-01 09:00:00+00", "2024-02-02 08:00:00+00")
    ]
    assert query("select data from ops.ticket_snapshot") == [
        ({"via.channel": "web", "organization_id": "509974"},)
    ]
