-- A row beside those that it belongs to, and what its rules ask of them. Rows of a deleted task are counted
-- nowhere: to delete it is a way to be rid of its faults.
with shared_numbers as (
    select
        ticket_number,
        min(ticket_id) as first_id
    from {{ ref('base_ops__tickets') }}
    group by ticket_number
    having count(*) > 1
),

shared_origins as (
    select
        source_service,
        original_ticket_id,
        min(ticket_id) as first_id
    from {{ ref('base_ops__tickets') }}
    where original_ticket_id is not null
    group by source_service, original_ticket_id
    having count(*) > 1
),

twin_tickets as (
    select tickets.ticket_id
    from {{ ref('base_ops__tickets') }} as tickets
    inner join shared_numbers as shared
        on tickets.ticket_number = shared.ticket_number and tickets.ticket_id > shared.first_id
    union all
    select tickets.ticket_id
    from {{ ref('base_ops__tickets') }} as tickets
    inner join shared_origins as shared
        on
            tickets.source_service = shared.source_service
            and tickets.original_ticket_id = shared.original_ticket_id
            and tickets.ticket_id > shared.first_id
),

-- Of those alone that are counted one by one: a second hold or assignment ends where it begins. To be
-- completed and reopened twice within one instant makes no twins.
told_one_by_one as (
    select
        task_event_id,
        row(task_id, occurred_at, kind, to_status, actor_user_id) as told,
        lag(row(task_id, occurred_at, kind, to_status, actor_user_id)) over (
            partition by task_id order by kind = 'created' desc, occurred_at asc, task_event_id asc
        ) as told_before
    from {{ ref('base_ops__task_events') }}
    where kind in ('created', 'completed', 'cancelled', 'reopened')
),

twin_events as (
    select task_event_id
    from told_one_by_one
    where told is not distinct from told_before
),

ticket as (
    select
        *,
        ticket_id as row_id,
        ticket_id in (select twin.ticket_id from twin_tickets as twin) as has_twin
    from {{ ref('base_ops__tickets') }}
),

task as (
    select
        task.*,
        task.task_id as row_id,
        tickets.ticket_id is null or workflows.workflow_id is null as is_orphan
    from {{ ref('base_ops__tasks') }} as task
    left join {{ ref('base_ops__tickets') }} as tickets on task.ticket_id = tickets.ticket_id
    left join {{ source('ops', 'workflow') }} as workflows on task.workflow_id = workflows.workflow_id
    where task.deleted_at is null
),

task_item as (
    select
        item.*,
        item.task_item_id as row_id,
        tasks.ticket_id,
        tasks.created_at as parent_at,
        tasks.task_id is null or steps.step_id is null or members.role_user_id is null as is_orphan
    from {{ ref('base_ops__task_items') }} as item
    left join {{ ref('base_ops__tasks') }} as tasks on item.task_id = tasks.task_id
    left join {{ source('ops', 'step') }} as steps on item.step_id = steps.step_id
    left join {{ source('ops', 'role_user') }} as members on item.role_user_id = members.role_user_id
    where tasks.deleted_at is null
),

task_event as (
    select
        event.*,
        event.task_event_id as row_id,
        tasks.ticket_id,
        tasks.created_at as parent_at,
        tasks.task_id is null as is_orphan,
        event.task_event_id in (select twin.task_event_id from twin_events as twin) as has_twin
    from {{ ref('base_ops__task_events') }} as event
    left join {{ ref('base_ops__tasks') }} as tasks on event.task_id = tasks.task_id
    where tasks.deleted_at is null
),

task_item_event as (
    select
        event.*,
        event.task_item_event_id as row_id,
        tasks.ticket_id,
        items.assigned_at as parent_at,
        items.task_item_id is null as is_orphan
    from {{ ref('base_ops__task_item_events') }} as event
    left join {{ ref('base_ops__task_items') }} as items on event.task_item_id = items.task_item_id
    left join {{ ref('base_ops__tasks') }} as tasks on items.task_id = tasks.task_id
    where tasks.deleted_at is null
),

ticket_event as (
    select
        event.*,
        event.ticket_event_id as row_id,
        tickets.created_at as parent_at,
        tickets.ticket_id is null as is_orphan
    from {{ ref('base_ops__ticket_events') }} as event
    left join {{ ref('base_ops__tickets') }} as tickets on event.ticket_id = tickets.ticket_id
)

{% for source_table, rules in quarantine_rules().items() %}
select
    '{{ source_table }}' as source_table,
    row_id,
    rule.reason,
    rule.detail,
    ticket_id,
    seen_at
from {{ source_table }}
cross join
    lateral (
        values
        {% for reason, condition, detail in rules %}
        ('{{ reason }}', {{ condition }}, {{ detail }}){{ "," if not loop.last }}
        {% endfor %}
    ) as rule (reason, is_broken, detail)
where
    rule.is_broken
    -- The same once more, so that a sound row is not held against each rule.
    and ({{ rules | map(attribute=1) | join(' or ') }})
{{ "union all" if not loop.last }}
{% endfor %}
