-- What a history import recorded says nothing of how late the news of today are.
{% set tables = {
    'ticket': ('base_ops__tickets', 'created_at'),
    'task': ('base_ops__tasks', 'created_at'),
    'task_item': ('base_ops__task_items', 'assigned_at'),
    'task_event': ('base_ops__task_events', 'occurred_at'),
    'task_item_event': ('base_ops__task_item_events', 'occurred_at'),
    'ticket_event': ('base_ops__ticket_events', 'occurred_at')
} %}

with run_window as materialized (
    select as_of from {{ ref('int_run__window') }}
    limit 1
),

imports as (
    select imported_at from {{ ref('stg_ops__import_batches') }}
),

{% for source_table, (model, occurred_at) in tables.items() %}
{{ source_table }}_facts as (
    select
        '{{ source_table }}' as source_table,
        count(*) as row_count,
        max(seen_at) as last_seen_at,
        max({{ occurred_at }}) filter (where {{ occurred_at }} <= run_window.as_of) as last_occurred_at,
    {% if source_table.endswith('event') %}
    count(*) filter (
        where
        seen_at > run_window.as_of - interval '28 days'
        and seen_at not in (select imports.imported_at from imports)
    ) as recent_count,
    count(*) filter (
        where
        seen_at > run_window.as_of - interval '28 days'
        and seen_at > {{ occurred_at }} + interval '1 day'
        and seen_at not in (select imports.imported_at from imports)
    ) as late_count
    {% else %}
    -- When they were recorded first is not kept.
    null::bigint as recent_count,
    null::bigint as late_count
    {% endif %}
    from {{ ref(model) }}
    cross join run_window
),

{% endfor %}
told as (
    {% for source_table in tables %}
    select * from {{ source_table }}_facts
    {{ "union all" if not loop.last }}
    {% endfor %}
),

aside as (
    select
        source_table,
        count(distinct row_id) as quarantined_count
    from {{ ref('quarantined_rows') }}
    group by source_table
)

select
    told.source_table,
    told.row_count,
    coalesce(aside.quarantined_count, 0) as quarantined_count,
    told.recent_count,
    told.late_count,
    told.last_seen_at,
    told.last_occurred_at
from told
left join aside on told.source_table = aside.source_table
