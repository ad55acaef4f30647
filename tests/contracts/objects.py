"""The objects of the contract, field by field (3.1 to 3.7, in the forms of section 13)."""

from typing import Any

from tests.contracts.shapes import DURATION, INSTANT, NUMBER, TICKET_NUMBER, Maybe

Shape = dict[str, Any]

ERROR: Shape = {"error": str, "details": dict, "code": str, "request_id": str}

WORKFLOW_STATUS = {"draft", "deployed", "initialized", "paused"}
TASK_STATUS = {"pending", "in progress", "completed", "on_hold", "cancelled"}
ITEM_STATUS = {"new", "in progress", "resolved", "reassigned", "escalated", "breached"}
ORIGIN = {"System", "Transferred", "Escalation"}
PRIORITY = {"Critical", "High", "Medium", "Low"}
SLA_STATUS = {"no_sla", "met", "breached", "on_track", "at_risk"}
ACTION = {
    *("created", "assigned", "started", "transitioned", "transferred", "escalated", "held", "resumed"),
    *("breached", "completed", "cancelled", "owner_changed"),
}


def page_of(row: Shape) -> Shape:
    return {"count": int, "next": Maybe(str), "previous": Maybe(str), "results": [row]}


WORKFLOW: Shape = {
    "workflow_id": int,
    "user_id": int,
    "name": str,
    "description": str,
    "category": str,
    "sub_category": str,
    "department": str,
    "low_sla": Maybe(DURATION),
    "medium_sla": Maybe(DURATION),
    "high_sla": Maybe(DURATION),
    "urgent_sla": Maybe(DURATION),
    "end_logic": str,
    "status": WORKFLOW_STATUS,
    "is_published": bool,
    "active_version": Maybe(int),
    "has_unpublished_changes": bool,
    "step_count": int,
    "open_task_count": int,
    "created_at": INSTANT,
    "updated_at": INSTANT,
}
NODE: Shape = {
    "step_id": int,
    "name": str,
    "role_id": int,
    "role_name": str,
    "description": str,
    "instruction": str,
    "weight": NUMBER,
    "order": int,
    "is_start": bool,
    "is_end": bool,
    "escalate_to": Maybe(int),
    "escalate_to_name": Maybe(str),
    "design": {"x": NUMBER, "y": NUMBER},
}
EDGE: Shape = {
    "transition_id": int,
    "from_step_id": int,
    "to_step_id": int,
    "name": str,
    "design": {"source_handle": str, "target_handle": str},
}
GRAPH: Shape = {"nodes": [NODE], "edges": [EDGE]}
CREATED_WORKFLOW: Shape = WORKFLOW | {
    "graph": {"nodes": [NODE | {"temp_id": Maybe(str)}], "edges": [EDGE]},
    "temp_id_mapping": dict,
}
INITIALIZED: Shape = {
    "workflow_id": int,
    "name": str,
    "status": {"initialized"},
    "version": int,
    "created_version": bool,
    "warnings": [str],
}
STEP: Shape = {
    "step_id": int,
    "workflow_id": int,
    "name": str,
    "description": str,
    "instruction": str,
    "role_id": int,
    "role_name": str,
    "escalate_to": Maybe(int),
    "weight": NUMBER,
    "order": int,
    "is_start": bool,
    "is_end": bool,
    "design": {"x": NUMBER, "y": NUMBER},
}
TRANSITION: Shape = {
    "transition_id": int,
    "workflow_id": int,
    "from_step_id": int,
    "from_step_name": str,
    "to_step_id": int,
    "to_step_name": str,
    "name": Maybe(str),
    "design": dict,
}

ITEM: Shape = {
    "task_item_id": int,
    "user_id": int,
    "user_full_name": str,
    "role": str,
    "status": ITEM_STATUS,
    "origin": ORIGIN,
    "notes": str,
    "assigned_on": INSTANT,
    "acted_on": Maybe(INSTANT),
    "assigned_on_step_id": Maybe(int),
    "assigned_on_step_name": Maybe(str),
    "target_resolution": Maybe(INSTANT),
    "resolution_time": Maybe(INSTANT),
    "transferred_to_user_id": Maybe(int),
    "transferred_to_user_name": Maybe(str),
    "transferred_by": Maybe(int),
    "task_history": [{"task_item_history_id": int, "status": ITEM_STATUS, "created_at": INSTANT}],
}
TASK: Shape = {
    "task_id": int,
    "ticket_id": int,
    "ticket_number": TICKET_NUMBER,
    "ticket_subject": str,
    "ticket_description": str,
    "ticket_priority": Maybe(PRIORITY),
    "ticket_status": str,
    "department": str,
    "category": str,
    "sub_category": str,
    "workflow_id": int,
    "workflow_name": str,
    "workflow_version": int,
    "current_step": Maybe(int),
    "current_step_name": Maybe(str),
    "current_step_role": Maybe(str),
    "status": TASK_STATUS,
    "created_at": INSTANT,
    "updated_at": INSTANT,
    "fetched_at": Maybe(INSTANT),
    "target_resolution": Maybe(INSTANT),
    "resolution_time": Maybe(INSTANT),
    "first_response_at": Maybe(INSTANT),
    "sla_status": SLA_STATUS,
    "hold_started_at": Maybe(INSTANT),
    "hours_remaining": Maybe(NUMBER),
    "needs_assignment": bool,
    "ticket_owner": Maybe(int),
    "ticket_owner_id": Maybe(int),
    "ticket_owner_name": Maybe(str),
    "ticket_owner_role": Maybe(str),
    "assigned_users": [{"task_item_id": int, "user_id": int, "status": ITEM_STATUS}],
    "assigned_users_count": int,
    "version": int,
}
FULL_TASK: Shape = TASK | {"assigned_users": [ITEM]}
ASSIGNMENT: Shape = {
    "task_item_id": int,
    "user_id": int,
    "user_full_name": str,
    "role": str,
    "status": ITEM_STATUS,
    "origin": ORIGIN,
    "task_id": int,
    "ticket_id": int,
    "ticket_number": TICKET_NUMBER,
    "ticket_subject": str,
    "ticket_description": str,
    "ticket_status": Maybe(str),
    "ticket_priority": Maybe(PRIORITY),
    "workflow_id": int,
    "workflow_name": str,
    "current_step_id": Maybe(int),
    "current_step_name": Maybe(str),
    "current_step_role": Maybe(str),
    "assigned_on_step_id": Maybe(int),
    "assigned_on_step_name": Maybe(str),
    "task_status": TASK_STATUS,
    "ticket_owner_id": Maybe(int),
    "ticket_owner_name": Maybe(str),
    "ticket_owner_role": Maybe(str),
    "assigned_on": INSTANT,
    "status_updated_on": INSTANT,
    "acted_on": Maybe(INSTANT),
    "target_resolution": Maybe(INSTANT),
    "resolution_time": Maybe(INSTANT),
    "notes": str,
    "transferred_to_user_id": Maybe(int),
    "transferred_to_user_name": Maybe(str),
    "transferred_by": Maybe(int),
}
TRANSITIONED: Shape = {
    "success": {True},
    "task": {"task_id": int, "current_step": {"step_id": int, "name": str}, "status": TASK_STATUS},
    "message": str,
    "previous_step": {"step_id": int, "name": str},
    "completed": bool,
    "resolved_item_id": int,
    "assigned_items": [
        {
            "task_item_id": int,
            "user_id": int,
            "user_full_name": str,
            "role": str,
            "target_resolution": Maybe(INSTANT),
        }
    ],
    "needs_assignment": bool,
}
TRANSFERRED: Shape = {"message": str, "original_task_item": ITEM, "new_task_item": ITEM}
ESCALATED: Shape = TRANSFERRED | {"task": TASK}
VISUALIZATION: Shape = {
    "nodes": [
        {
            "id": str,
            "label": str,
            "role": str,
            "status": {"done", "active", "pending", "skipped"},
            "description": str,
            "instruction": str,
            "order": int,
            "visits": int,
            "entered_at": Maybe(INSTANT),
            "left_at": Maybe(INSTANT),
        }
    ],
    "edges": [{"id": int, "from": str, "to": str, "name": str, "taken": bool}],
    "metadata": {
        "task_id": int,
        "workflow_id": int,
        "workflow_version": int,
        "ticket_id": TICKET_NUMBER,
        "current_step_id": Maybe(int),
        "task_status": TASK_STATUS,
        "progress_percent": Maybe(NUMBER),
    },
}
ACTION_LOGS: Shape = {
    "task_id": int,
    "ticket_id": TICKET_NUMBER,
    "workflow_id": int,
    "ticket_owner": Maybe({"user_id": int, "user_full_name": str, "role": str}),
    "logs": [ITEM],
    "actions": [
        {
            "at": INSTANT,
            "actor_user_id": Maybe(int),
            "actor_name": Maybe(str),
            "action": ACTION,
            "from_step": Maybe(str),
            "to_step": Maybe(str),
            "notes": Maybe(str),
        }
    ],
}
SNAPSHOT: Shape = {
    "id": int,
    "ticket_number": TICKET_NUMBER,
    "subject": str,
    "description": str,
    "status": Maybe(str),
    "priority": Maybe(PRIORITY),
    "category": str,
    "sub_category": str,
    "department": str,
    "requester": Maybe(dict),
    "is_task_allocated": bool,
    "task_id": Maybe(int),
    "task_status": Maybe(TASK_STATUS),
    "fetched_at": Maybe(INSTANT),
    "ticket_data": dict,
    "created_at": INSTANT,
    "updated_at": INSTANT,
}

ROLE: Shape = {"role_id": int, "name": str, "system": str, "active_user_count": int, "is_active": bool}
ROLE_WITH_USERS: Shape = ROLE | {
    "users": [
        {
            "user_id": int,
            "user_full_name": str,
            "department": Maybe(str),
            "is_active": bool,
            "assigned_at": INSTANT,
            "open_items": int,
        }
    ]
}
AUDIT_EVENT: Shape = {
    "id": int,
    "user_id": Maybe(int),
    "username": Maybe(str),
    "email": Maybe(str),
    "action": str,
    "action_display": str,
    "target_type": Maybe(str),
    "target_id": Maybe(int),
    "changes": Maybe(dict),
    "description": Maybe(str),
    "human_readable": str,
    "timestamp": INSTANT,
    "ip_address": Maybe(str),
    "user_agent": Maybe(str),
}
