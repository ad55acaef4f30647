{{ config(
    materialized='refilled',
    unlogged=true,
    indexes=[{'columns': ['workflow_id', 'priority']}],
    post_hook='analyze {{ this }}',
) }}

select
    sla_policy_id,
    workflow_id,
    priority,
    allowed_seconds,
    calendar_revision_id,
    effective_at
from {{ ref('stg_ops__sla_policies') }}
