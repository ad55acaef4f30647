select
    revisions.calendar_revision_id,
    revisions.calendar_id,
    calendars.calendar_name,
    revisions.revision,
    revisions.time_zone,
    revisions.weekly_hours,
    revisions.day_off_count,
    revisions.created_at,
    lead(revisions.created_at) over (
        partition by revisions.calendar_id order by revisions.revision
    ) as replaced_at
from {{ ref('stg_ops__calendar_revisions') }} as revisions
inner join {{ ref('stg_ops__calendars') }} as calendars on revisions.calendar_id = calendars.calendar_id
