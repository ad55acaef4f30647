{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

with faulty as (
    select
        source_table,
        row_id,
        reason,
        max(ticket_id) as ticket_id,
        min(seen_at) as seen_at,
        string_agg(detail, '; ' order by detail) as detail
    from {{ ref('base_quality__broken_rules') }}
    group by source_table, row_id, reason
),

-- A ticket whose status events are not all there has no history that can be told: it is left out with them.
-- What a twin says is said by the first.
tasks_of_events as (
    select events.task_id
    from faulty
    inner join {{ ref('base_ops__task_events') }} as events on faulty.row_id = events.task_event_id
    where
        faulty.source_table = 'task_event'
        and faulty.reason not in ('duplicate', 'orphan')
        and (events.kind = 'created' or events.to_status is not null)
),

kin_tasks as (
    select
        task_id,
        ticket_id,
        updated_at as seen_at
    from {{ ref('base_ops__tasks') }}
    where
        ticket_id in (
            select faulty.row_id from faulty
            where faulty.source_table = 'ticket'
        )
        or task_id in (select of_event.task_id from tasks_of_events as of_event)
),

kin_items as (
    select
        items.task_item_id,
        tasks.ticket_id,
        items.seen_at
    from {{ ref('base_ops__task_items') }} as items
    inner join {{ ref('base_ops__tasks') }} as tasks on items.task_id = tasks.task_id
    where
        items.task_id in (
            select faulty.row_id from faulty
            where faulty.source_table = 'task'
            union all
            select of_ticket.task_id from kin_tasks as of_ticket
        )
)

select
    source_table,
    row_id,
    reason,
    ticket_id,
    seen_at,
    detail
from faulty
union all
select
    'task',
    task_id,
    'kin_set_aside',
    ticket_id,
    seen_at,
    'its ticket or an event of it is set aside'
from kin_tasks
union all
select
    'task_item',
    task_item_id,
    'kin_set_aside',
    ticket_id,
    seen_at,
    'its task is set aside'
from kin_items
