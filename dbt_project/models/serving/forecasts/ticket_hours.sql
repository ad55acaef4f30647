-- The running day, and the days of the longest history that is told by hour.
select
    volume.series_key,
    volume.day,
    volume.tickets_by_hour
from {{ ref('ticket_volume_by_hour') }} as volume
where volume.day >= (select {{ utc_day('as_of') }} - 28 from {{ ref('int_run__window') }})
