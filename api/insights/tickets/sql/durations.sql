-- How long the tickets of `series` took to their resolution and to their first response.
(
    select
        max(told.median_seconds) filter (where timed.measure = 'resolution') as median_resolution,
        max(told.p90_seconds) filter (where timed.measure = 'resolution') as p90_resolution,
        max(told.p95_seconds) filter (where timed.measure = 'resolution') as p95_resolution,
        max(told.median_seconds) filter (where timed.measure = 'first_response') as median_first_response,
        max(told.p90_seconds) filter (where timed.measure = 'first_response') as p90_first_response
    from (select array[series.series_key] as histogram_keys) as series
    cross join (values ('resolution'), ('first_response')) as timed (measure)
    cross join lateral {{ work_percentiles }} as told
)
