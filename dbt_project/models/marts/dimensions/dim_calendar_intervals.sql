{{ config(post_hook='analyze {{ this }}') }}

-- From the oldest ticket to a year after the run, for the calendars that a ticket is counted by. Whole
-- days, so that the cuts at both ends are whole seconds as all others are.
with run_window as (
    select as_of from {{ ref('int_run__window') }}
    limit 1
),

horizon as (
    select
        date_trunc('day', min(least(tasks.created_at, tasks.sla_started_at)), 'UTC') as since,
        date_trunc('day', max(run_window.as_of), 'UTC') + interval '366 days' as until
    from {{ ref('stg_ops__tasks') }} as tasks
    cross join run_window
),

in_use as (
    select distinct calendar_revision_id from {{ ref('stg_ops__tasks') }}
)

select
    revisions.calendar_revision_id,
    segments.opens_at,
    segments.closes_at,
    extract(epoch from segments.closes_at - segments.opens_at)::bigint as open_seconds,
    coalesce(
        sum(extract(epoch from segments.closes_at - segments.opens_at)) over earlier, 0
    )::bigint as worked_before_seconds
from {{ ref('stg_ops__calendar_revisions') }} as revisions
inner join in_use on revisions.calendar_revision_id = in_use.calendar_revision_id
cross join horizon
cross join
    lateral ops.working_segments(
        revisions.calendar_revision_id, horizon.since, horizon.until
    ) as segments
window earlier as (
    partition by revisions.calendar_revision_id order by segments.opens_at
    rows between unbounded preceding and 1 preceding
)
