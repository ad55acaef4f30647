coalesce(
    (
        select told.warnings from serving.forecast_hours as told
        where told.series_key = chosen.series_key
    ),
    '["hours have not been forecast yet, the next training does it"]'
)
