-- What `measure` counted in all series of `series.series_keys` together.
(
    select
        coalesce(sum(bound.sign * ({{ measure }})), 0)::bigint as count,
        coalesce(sum({{ measure }}) filter (where bound.sign = 1), 0)::bigint as upto,
        coalesce(sum({{ measure }}) filter (where bound.sign = -1), 0)::bigint as before
    from unnest(series.series_keys) as part (series_key)
    cross join lateral {{ work_bounds }} as bound
)
