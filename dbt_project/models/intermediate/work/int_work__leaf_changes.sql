{{ config(
    materialized='refilled',
    unlogged=true,
    pre_hook="set local work_mem = '128MB'",
    post_hook="analyze {{ this }} ({{ work_dimensions() | join(', ') }}, leaf_id, day)"
) }}

{% set judged = {
    'new_on_track': ('new', 'on_track'),
    'new_at_risk': ('new', 'at_risk'),
    'new_breached': ('new', 'breached'),
    'in_progress_on_track': ('in progress', 'on_track'),
    'in_progress_at_risk': ('in progress', 'at_risk'),
    'in_progress_breached': ('in progress', 'breached'),
    'resolved_met': ('resolved', 'met'),
    'resolved_missed': ('resolved', 'breached'),
    'escalated_missed': ('escalated', 'breached')
} %}
{% set assigned = {
    'items': 'count(*)',
    'items_open': 'count(*) filter (where is_open)',
    'escalated_in_time': "count(*) filter (where status = 'escalated' and acted_at <= target_resolution_at)",
    'reassigned_with_target': "count(target_resolution_at) filter (where status = 'reassigned')",
    'actions': 'count(action_seconds)',
    'action_seconds': 'coalesce(sum(action_seconds), 0)',
    'item_resolutions': 'count(resolution_seconds)',
    'item_resolution_seconds': 'coalesce(sum(resolution_seconds), 0)'
} %}
{% for status in ['new', 'in progress', 'resolved', 'reassigned', 'escalated'] %}
    {% do assigned.update({
        'items_' ~ status | replace(' ', '_'): "count(*) filter (where status = '" ~ status ~ "')"
    }) %}
{% endfor %}
{% for origin in ['System', 'Transferred', 'Escalation'] %}
    {% do assigned.update({
        'origin_' ~ origin | lower: "count(*) filter (where origin = '" ~ origin ~ "')"
    }) %}
{% endfor %}
{% for measure, states in judged.items() %}
    {% do assigned.update({
        measure: "count(*) filter (where status = '" ~ states[0] ~ "' and sla_status = '" ~ states[1] ~ "')"
    }) %}
{% endfor %}
{% set noted = {} %}
{% for status in ['new', 'in progress', 'resolved', 'reassigned', 'escalated', 'breached'] %}
    {% do noted.update({
        'noted_' ~ status | replace(' ', '_'): "count(*) filter (where event_status = '" ~ status ~ "')"
    }) %}
{% endfor %}
{% set visited = {
    'visits': 'count(*)',
    'visits_completed': "count(*) filter (where direction in ('forward', 'completed'))",
    'visits_rejected': "count(*) filter (where direction = 'backward')",
    'visits_open': "count(*) filter (where direction = 'open')",
    'visit_seconds': 'coalesce(sum(visit_seconds), 0)'
} %}
{% set sources = [
    ('items', 'assigned_date', 'user_id', assigned),
    ('transfers', 'assigned_date', 'from_user_id', {'handed_over': 'count(*)'}),
    ('requests', 'assigned_date', 'initiator_user_id', {'initiated': 'count(*)'}),
    ('events', 'event_date', 'user_id', noted),
    ('visits', 'entered_date', 'nobody', visited)
] %}

with items as (
    select * from {{ ref('fct_task_items') }}
),

transfers as (
    select * from items
    where origin = 'Transferred' and from_user_id is not null
),

requests as (
    select * from items
    where origin = 'Transferred' and initiator_user_id is not null
),

events as (
    select
        items.*,
        noted.status as event_status,
        {{ utc_day('noted.occurred_at') }} as event_date
    from {{ ref('stg_ops__task_item_events') }} as noted
    inner join items on noted.task_item_id = items.task_item_id
    where noted.occurred_at <= items.as_of
),

visits as (
    select
        *,
        null::bigint as nobody
    from {{ ref('fct_step_visits') }}
),

changes as (
    {%- for source, day, person, measures in sources %}
    select
        department,
        category,
        sub_category,
        workflow_id,
        step_id,
        priority,
        role_name as role,
        {{ person }} as user_id,
        source,
        {%- for measure in work_measures() %}
        ({{ measures.get(measure, 0) }})::{{ measure_type(measure) }} as {{ measure }},
        {%- endfor %}
        {{ day }} as day
    from {{ source }}
    group by
        department,
        category,
        sub_category,
        workflow_id,
        step_id,
        priority,
        role_name,
        {{ person }},
        source,
        {{ day }}
    {{ "union all" if not loop.last }}
    {%- endfor %}
),

summed as (
    select
        department,
        category,
        sub_category,
        workflow_id,
        step_id,
        priority,
        role,
        user_id,
        source,
        {%- for measure in work_measures() %}
        sum({{ measure }})::{{ measure_type(measure) }} as {{ measure }},
        {%- endfor %}
        day
    from changes
    group by
        department,
        category,
        sub_category,
        workflow_id,
        step_id,
        priority,
        role,
        user_id,
        source,
        day
)

select
    summed.*,
    (dense_rank() over in_order)::integer as leaf_id
from summed
window in_order as (
    order by
        department,
        category,
        sub_category,
        workflow_id,
        step_id,
        priority,
        role,
        user_id,
        source
)
