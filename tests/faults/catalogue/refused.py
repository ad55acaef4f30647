"""Rows that the database does not take, whoever brings them."""

from tests.faults.catalogue.fault import NOTHING, Fault, Finder, Group, Sees

_A_TASK = "where task_id = (select min(task_id) from ops.task where status = 'completed')"


def refused(name: str, says: str, breaks: str, group: Group = Group.DATA) -> Fault:
    return Fault(
        name,
        group,
        Finder.CONSTRAINT,
        says,
        Sees.UNCHANGED,
        breaks,
        recovery=NOTHING,
        is_quick=True,
    )


REFUSED = (
    refused(
        "a ticket number comes twice",
        "uq_ticket_snapshot_ticket_number",
        """
        insert into ops.ticket_snapshot (ticket_number, subject, status, priority, submit_date)
        values ('T1', 'Again', 'New', 'Low', now())
        """,
    ),
    refused(
        "a task is resolved before it was created",
        "ck_task_resolved_after_created",
        f"update ops.task set resolution_time = created_at - interval '1 hour' {_A_TASK}",
    ),
    refused(
        "a task loses the instant of its resolution",
        "ck_task_resolved_when_completed",
        f"update ops.task set resolution_time = null {_A_TASK}",
    ),
    refused(
        "a status that nobody knows",
        "ck_task_status_known",
        "update ops.task set status = 'done' where status = 'pending'",
    ),
    refused(
        "a priority in another spelling",
        "ck_ticket_snapshot_priority_known",
        "update ops.ticket_snapshot set priority = 'HIGH ' where ticket_number = 'T1'",
    ),
    refused(
        "deadlines in the wrong order",
        "ck_task_deadlines_in_order",
        """
        update ops.task set at_risk_at = target_resolution, target_resolution = at_risk_at
        where sla_source = 'policy'
        """,
    ),
    refused(
        "an event of a task that is not there",
        "fk_task_event_task_id_task",
        "insert into ops.task_event (task_id, kind, occurred_at) values (999999, 'created', now())",
    ),
    refused(
        "an item of a person who is not there",
        "fk_task_item_role_user_id_role_user",
        "update ops.task_item set role_user_id = 999999 where task_item_id = 1",
    ),
    refused(
        "an event is lost afterwards",
        "append-only",
        "delete from ops.task_event where task_event_id = 1",
    ),
    refused(
        "an event is dated otherwise afterwards",
        "append-only",
        "update ops.task_event set occurred_at = occurred_at + interval '1 hour'",
    ),
    refused(
        "text with a zero character",
        "0x00",
        "update ops.ticket_snapshot set subject = convert_from('\\x4100'::bytea, 'UTF8')",
    ),
    refused(
        "text in another encoding",
        'encoding "UTF8"',
        "update ops.ticket_snapshot set subject = convert_from('\\xe4f6'::bytea, 'UTF8')",
    ),
    refused(
        "a service writes a published number",
        "permission denied for table ticket_rows",
        "set role sluice_api; update serving.ticket_rows set priority = 'Low'",
    ),
    refused(
        "a publication is rewritten",
        "permission denied for table publications",
        "set role sluice_pipeline; update serving.publications set data_as_of = now()",
    ),
    refused(
        "a probability above one",
        "ticket_prediction_breach_probability_check",
        """
        insert into ml.ticket_prediction (task_id, predicted_on, predicted_at, breach_probability)
        values (1, current_date, now(), 1.5)
        """,
        Group.MODELS,
    ),
    refused(
        "a band that does not hold its middle",
        "forecast_points_check",
        """
        insert into serving.forecast_points (series_key, granularity, ds, predicted,
            lower_80, upper_80, lower_90, upper_90, lower_95, upper_95)
        values (serving.series_key(null, null, null, null, null), 'daily', current_date, 5, 6, 7, 6, 7, 6, 7)
        """,
        Group.MODELS,
    ),
    refused(
        "an issued forecast is rewritten",
        "append-only",
        "update ml.forecast_point set predicted = 0",
        Group.MODELS,
    ),
)
