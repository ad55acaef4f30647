{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

select
    task_id,
    ticket_id,
    workflow_id,
    created_at,
    sla_source,
    sla_started_at,
    calendar_revision_id,
    at_risk_at,
    critical_at,
    target_resolution_at,
    allowed_seconds,
    hold_seconds,
    is_recorded_sla_met,
    is_resolution_recorded
from {{ ref('stg_ops__tasks') }}
