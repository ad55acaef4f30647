{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

{% set brackets = {
    '0_1': '0-1 days', '1_7': '1-7 days', '7_30': '7-30 days', '30_90': '30-90 days', '90_plus': '90+ days'
} %}
{% set statuses = ['pending', 'in progress', 'on_hold', 'completed', 'cancelled', 'pending_external'] %}
{% set created_measures = ticket_measures() | reject('in', ['resolved_flow', 'cancelled_flow']) | list %}

with leaves as (
    select * from {{ ref('int_series__leaves') }}
),

tickets as (
    select fct.*, leaves.leaf_id
    from {{ ref('fct_tickets') }} as fct
    inner join leaves using (department, category, sub_category, workflow_id, priority)
),

created as (
    select
        leaf_id,
        created_date as day,
        count(*) as tickets,
        {%- for status in statuses %}
        count(*) filter (where status = '{{ status }}') as {{ status | replace(' ', '_') }},
        {%- endfor %}
        {%- for state in ['met', 'breached', 'on_track', 'at_risk'] %}
        count(*) filter (where sla_status = '{{ state }}') as sla_{{ state }},
        {%- endfor %}
        count(*) filter (where is_sla_critical) as sla_critical,
        count(*) filter (where sla_status = 'no_sla') as sla_none,
        {%- for suffix, bracket in brackets.items() %}
        count(*) filter (where age_bracket = '{{ bracket }}') as age_{{ suffix }},
        count(*) filter (where age_bracket = '{{ bracket }}' and is_open) as open_age_{{ suffix }},
        {%- endfor %}
        count(resolution_seconds) as resolutions,
        coalesce(sum(resolution_seconds), 0) as resolution_seconds,
        count(first_response_seconds) as first_responses,
        coalesce(sum(first_response_seconds), 0) as first_response_seconds,
        count(*) filter (where is_escalated) as escalated,
        count(*) filter (where is_transferred) as transferred,
        count(*) filter (where is_assignment_needed and is_open) as unassigned
    from tickets
    group by leaf_id, created_date
),

unrouted as (
    select leaves.leaf_id, unrouted.created_date as day, count(*) as unassigned
    from {{ ref('fct_unrouted_tickets') }} as unrouted
    inner join leaves using (department, category, sub_category, priority)
    where leaves.workflow_id is null
    group by leaves.leaf_id, unrouted.created_date
),

flows as (
    select
        leaf_id,
        {{ utc_day('coalesce(cancelled_at, resolved_at)') }} as day,
        count(*) filter (where status = 'completed') as resolved_flow,
        count(*) filter (where status = 'cancelled') as cancelled_flow
    from tickets
    where not is_open
    group by leaf_id, 2
)

select
    leaf_id,
    day,
    {%- for measure in created_measures %}
    (
        coalesce(created.{{ measure }}, 0)
        {%- if measure == 'unassigned' %} + coalesce(unrouted.unassigned, 0){% endif %}
    )::{{ measure_type(measure) }} as {{ measure }},
    {%- endfor %}
    coalesce(flows.resolved_flow, 0)::integer as resolved_flow,
    coalesce(flows.cancelled_flow, 0)::integer as cancelled_flow
from created
full join unrouted using (leaf_id, day)
full join flows using (leaf_id, day)
