(
    select percentile.*
    from (values ('action')) as timed (measure)
    cross join lateral {{ work_percentiles }} as percentile
)
