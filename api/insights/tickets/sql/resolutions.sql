-- How long the tickets of `series` took to their resolution, as a group tells it.
(
    select
        round(measured.resolution_seconds / 3600.0 / nullif(measured.resolutions, 0), 2) as avg_resolution_hours,
        round((told.median_seconds / 3600)::numeric, 2) as median_resolution_hours,
        round((told.p90_seconds / 3600)::numeric, 2) as p90_resolution_hours,
        measured.resolutions
    from (select array[series.series_key] as histogram_keys) as series
    cross join (values ('resolution')) as timed (measure)
    cross join lateral {{ work_percentiles }} as told
)
