select
    series.series_key,
    changes.day,
    series.department,
    series.category,
    series.workflow_id,
    series.priority,
    changes.tickets::integer as ticket_count
from {{ ref('int_series__daily_changes') }} as changes
inner join {{ ref('ticket_series') }} as series on changes.series_key = series.series_key
where
    changes.tickets > 0
    and num_nonnulls(
        series.department, series.category, series.sub_category, series.workflow_id, series.priority
    )
    <= 1
    and series.sub_category is null
