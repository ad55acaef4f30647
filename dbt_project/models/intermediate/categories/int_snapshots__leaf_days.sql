{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

select
    serving.snapshot_key(31, department, category, sub_category, priority, workflow_id) as leaf_key,
    department,
    category,
    sub_category,
    priority,
    workflow_id,
    created_date as day,
    {%- for status in ticket_statuses() %}
    count(*) filter (where status = '{{ status }}')::integer as {{ snapshot_measure(status) }},
    {%- endfor %}
    count(*)::integer as tickets
from {{ ref('fct_ticket_snapshots') }}
group by department, category, sub_category, priority, workflow_id, created_date
