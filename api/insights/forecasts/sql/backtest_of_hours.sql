(
    select told.quality from serving.forecast_hours as told
    where told.series_key = chosen.series_key
)
