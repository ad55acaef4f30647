select
    hours.series_key,
    hours.starts_on_date as starts_on,
    hours.predicted,
    hours.sizes,
    hours.half_widths,
    hours.quality,
    hours.warnings
from {{ ref('stg_ml__forecast_hours') }} as hours
inner join {{ ref('forecast_series') }} as series
    on hours.run_id = series.run_id and hours.series_key = series.series_key
