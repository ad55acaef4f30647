{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ forget_since_first_change('day') }}"
) }}

-- depends_on: {{ ref('int_changes__first_day') }}

-- The state that lasts is the ticket's own row: only those that end are kept here.
select
    task_id,
    created_date as day,
    since as valid_from,
    until as valid_until,
    status::text as status,
    sla_status,
    sla_source::text as sla_source,
    is_sla_critical as is_critical,
    target_resolution_at as target_resolution,
    resolved_at as resolution_time,
    resolution_seconds,
    net_resolution_seconds,
    is_unassigned
from {{ ref('int_versions__states') }}
where until is not null
