(
    select
        round(measured.resolution_seconds / 3600.0 / nullif(measured.resolutions, 0), 2) as avg_resolution_hours,
        round((percentiles.median_seconds / 3600)::numeric, 2) as median_resolution_hours,
        round((percentiles.p90_seconds / 3600)::numeric, 2) as p90_resolution_hours,
        measured.resolutions
    from (values (true)) as always (present)
    left join percentiles on percentiles.asked = series.series_key
)
