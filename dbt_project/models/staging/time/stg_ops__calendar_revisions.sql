select
    -- ids
    calendar_revision_id,
    calendar_id,

    -- attributes
    revision,
    definition ->> 'time_zone' as time_zone,
    definition -> 'weekly_hours' as weekly_hours,
    definition -> 'closed_on' as days_off,
    jsonb_array_length(definition -> 'closed_on') as day_off_count,

    -- instants
    created_at
from {{ source('ops_time', 'calendar_revision') }}
