-- A quarter of an hour is the finest offset that a time zone has, so any zone's hours are whole rows. The
-- last year, and two days more for the zones whose day is another.
with present as (
    select {{ utc_day('as_of') }} as today from {{ ref('int_run__window') }}
)

select
    date_bin(interval '15 minutes', tickets.created_at, timestamptz '2000-01-01 00:00Z') as starts_at,
    count(*)::integer as tickets
from {{ ref('fct_tickets') }} as tickets
cross join present
where tickets.created_date >= present.today - 367
group by starts_at
