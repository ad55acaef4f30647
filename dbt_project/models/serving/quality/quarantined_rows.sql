with tickets as (
    select
        *,
        coalesce(nullif(btrim(department), ''), 'Unassigned') as known_department,
        coalesce(nullif(btrim(category), ''), 'Uncategorized') as known_category,
        coalesce(nullif(btrim(sub_category), ''), 'Uncategorized') as known_sub_category
    from {{ ref('base_ops__tickets') }}
),

-- The newest run of a ticket says which workflow it is counted under, and how long it goes on.
tasks as (
    select distinct on (ticket_id)
        ticket_id,
        task_id,
        workflow_id,
        created_at,
        coalesce(resolved_at, updated_at) as last_at
    from {{ ref('base_ops__tasks') }}
    where
        deleted_at is null
        and ticket_id in (
            select aside.ticket_id from {{ ref('stg_quality__quarantined_rows') }} as aside
        )
    order by ticket_id asc, task_id desc
)

select
    -- ids
    aside.source_table,
    aside.row_id,
    aside.reason,
    aside.ticket_id,
    tasks.task_id,
    tasks.workflow_id,
    tickets.ticket_number,

    -- attributes
    aside.detail,
    tickets.priority,
    tickets.known_department as department,
    tickets.known_category as category,
    tickets.known_sub_category as sub_category,

    -- instants
    aside.seen_at,
    {{ utc_day('least(tickets.created_at, tasks.created_at)') }} as first_day,
    {{ utc_day('greatest(tickets.created_at, tasks.last_at, tickets.closed_at)') }} as last_day
from {{ ref('stg_quality__quarantined_rows') }} as aside
left join tickets on aside.ticket_id = tickets.ticket_id
left join tasks on aside.ticket_id = tasks.ticket_id
where aside.reason <> 'kin_set_aside'
