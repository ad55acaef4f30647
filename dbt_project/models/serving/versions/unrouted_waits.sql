with routed as (
    select
        ticket_id,
        min(created_at) as routed_at
    from {{ ref('fct_tickets') }}
    group by ticket_id
),

closings as (
    select
        ticket_id,
        max(occurred_at) as closed_at
    from {{ ref('stg_ops__ticket_events') }}
    where
        kind = 'status_changed'
        and to_value in ('Resolved', 'Closed', 'Rejected', 'Withdrawn')
        and (from_value is null or from_value not in ('Resolved', 'Closed', 'Rejected', 'Withdrawn'))
    group by ticket_id
),

waits as (
    select
        tickets.ticket_id,
        tickets.department,
        tickets.category,
        tickets.sub_category,
        tickets.priority,
        tickets.created_at as waited_from,
        case
            when unrouted.ticket_id is null
                then coalesce(routed.routed_at, closings.closed_at, tickets.created_at)
        end as waited_until
    from {{ ref('fct_ticket_snapshots') }} as tickets
    left join {{ ref('fct_unrouted_tickets') }} as unrouted on tickets.ticket_id = unrouted.ticket_id
    left join routed on tickets.ticket_id = routed.ticket_id
    left join closings on tickets.ticket_id = closings.ticket_id
)

select * from waits
where waited_until is null or waited_until > waited_from
