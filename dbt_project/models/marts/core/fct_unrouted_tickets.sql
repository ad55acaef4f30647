select
    tickets.ticket_id,
    tickets.ticket_number,
    tickets.priority,
    coalesce(nullif(btrim(tickets.department), ''), 'Unassigned') as department,
    coalesce(nullif(btrim(tickets.category), ''), 'Uncategorized') as category,
    coalesce(nullif(btrim(tickets.sub_category), ''), 'Uncategorized') as sub_category,
    tickets.created_at,
    {{ utc_day('tickets.created_at') }} as created_date
from {{ ref('stg_ops__tickets') }} as tickets
where
    tickets.created_at <= (select run_window.as_of from {{ ref('int_run__window') }} as run_window)
    and tickets.status not in ('Resolved', 'Closed', 'Rejected', 'Withdrawn')
    -- Both looks: a ticket routed between the two statements must not be counted twice.
    and not exists (
        select from {{ ref('fct_tickets') }} as routed
        where routed.ticket_id = tickets.ticket_id
    )
    and not exists (
        select from {{ ref('base_ops__tasks') }} as tasks
        where tasks.ticket_id = tickets.ticket_id
    )
