{{ config(materialized='refilled', unlogged=true) }}

{% set ticket_dimensions = ['department', 'category', 'sub_category', 'workflow_id', 'priority'] %}
{% set item_dimensions = work_dimensions() | map('replace', 'role', 'role_name') | list %}
{% set visit_dimensions = item_dimensions | reject('equalto', 'user_id') | list %}

select
    'tickets' as kind,
    changes.day,
    sum(hash_record_extended(row(
        leaves.{{ ticket_dimensions | join(', leaves.') }},
        changes.{{ ticket_measures() | join(', changes.') }}
    ), 0)) as digest
from {{ ref('int_series__leaf_changes') }} as changes
inner join {{ ref('int_series__leaves') }} as leaves using (leaf_id)
group by changes.day
union all
select
    'ticket_details',
    tickets.created_date,
    sum(hash_record_extended(row(
        tickets.{{ ticket_dimensions | join(', tickets.') }},
        tickets.resolution_seconds,
        times.net_resolution_seconds,
        tickets.first_response_seconds,
        tickets.assigned_user_ids
    ), 0))
from {{ ref('fct_tickets') }} as tickets
inner join {{ ref('fct_ticket_times') }} as times on tickets.task_id = times.task_id
group by tickets.created_date
union all
select
    'work',
    day,
    sum(hash_record_extended(row(
        {{ work_dimensions() | join(', ') }}, {{ work_measures() | join(', ') }}
    ), 0))
from {{ ref('int_work__leaf_changes') }}
group by day
union all
select
    'item_details',
    assigned_date,
    sum(hash_record_extended(row(
        {{ item_dimensions | join(', ') }}, action_seconds, resolution_seconds
    ), 0))
from {{ ref('fct_task_items') }}
group by assigned_date
union all
select
    'visit_details',
    entered_date,
    sum(hash_record_extended(row({{ visit_dimensions | join(', ') }}, visit_seconds), 0))
from {{ ref('fct_step_visits') }}
group by entered_date
union all
select
    'lives',
    created_date,
    sum(hash_record_extended(row(
        task_id, told_at, status, is_vacant, priority_event_id
    ), 0))
from {{ ref('int_lives__told') }}
group by created_date
union all
select
    'clocks',
    tickets.created_date,
    sum(hash_record_extended(row(
        tickets.task_id,
        tickets.created_at,
        tickets.resolved_at,
        tickets.is_assignment_needed,
        tasks.is_resolution_recorded,
        tasks.is_recorded_sla_met,
        tasks.sla_source,
        tasks.sla_started_at,
        tasks.allowed_seconds,
        tasks.hold_seconds,
        tasks.calendar_revision_id,
        tasks.at_risk_at,
        tasks.critical_at,
        tasks.target_resolution_at
    ), 0))
from {{ ref('fct_tickets') }} as tickets
inner join {{ ref('stg_ops__tasks') }} as tasks on tickets.task_id = tasks.task_id
group by tickets.created_date
