{{ config(materialized='lasting_view') }}

-- Workflows may have calendars of their own; the volume of tickets is told by that of most of them.
with most_used as (
    select revisions.calendar_id
    from {{ ref('stg_ops__tasks') }} as tasks
    cross join {{ ref('int_run__window') }} as run_window
    inner join {{ ref('stg_ops__calendar_revisions') }} as revisions
        on tasks.calendar_revision_id = revisions.calendar_revision_id
    where
        tasks.deleted_at is null
        and tasks.created_at between run_window.as_of - interval '365 days' and run_window.as_of
    group by revisions.calendar_id
    order by count(*) desc, revisions.calendar_id asc
    limit 1
),

newest as (
    select revisions.days_off
    from {{ ref('stg_ops__calendar_revisions') }} as revisions
    inner join most_used on revisions.calendar_id = most_used.calendar_id
    order by revisions.revision desc
    limit 1
)

select distinct days.day::date as day
from newest
cross join jsonb_array_elements_text(newest.days_off) as days (day)
