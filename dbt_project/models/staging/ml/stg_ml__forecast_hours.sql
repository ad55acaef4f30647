select
    run_id,
    series_key,
    starts_on as starts_on_date,
    predicted,
    sizes,
    half_widths,
    quality,
    warnings
from {{ source('ml', 'forecast_hours') }}
