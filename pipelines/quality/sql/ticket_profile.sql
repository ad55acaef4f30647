-- One row: what is about to be published, beside what is published. A share is null where there was
-- too little to compare with, and a null is not judged.
with built as (
    select
        count(*) as tickets,
        avg((department = 'Unassigned')::integer) as without_department,
        avg((category = 'Uncategorized')::integer) as without_category,
        avg((sla_status = 'no_sla')::integer) as without_sla
    from marts.fct_tickets
),

published as (
    select
        count(*) as tickets,
        avg((department = 'Unassigned')::integer) as without_department,
        avg((category = 'Uncategorized')::integer) as without_category,
        avg((sla_status = 'no_sla')::integer) as without_sla
    from serving.ticket_rows
),

days as (
    select
        day,
        count(task_id) as tickets
    from (select max(as_of) as as_of from marts.fct_tickets) as run_window
    cross join generate_series(1, 57, 7) as back (days)
    cross join lateral (select (as_of at time zone 'UTC')::date - days as day) as same_weekday
    left join marts.fct_tickets on created_date = day
    group by day
),

volume as (
    select
        (array_agg(tickets order by day desc))[1] as last_day,
        (array_agg(tickets order by day desc))[2:] as earlier
    from days
)

select
    built.tickets::float8 / nullif(published.tickets, 0) as kept_share,
    case when published.tickets >= 100 then (built.without_department - published.without_department)::float8
    end as without_department_rise,
    case when published.tickets >= 100 then (built.without_category - published.without_category)::float8
    end as without_category_rise,
    case when published.tickets >= 100 then (built.without_sla - published.without_sla)::float8
    end as without_sla_rise,
    (
        select volume.last_day / nullif(greatest(avg(earlier_day), 10), 0)
        from unnest(volume.earlier) as earlier_day
    )::float8 as last_day_ratio
from built
cross join published
cross join volume
