'summary', (
    with timed as (
        select 'action' as asked, unnest(series.histogram_keys) as series_key, 'action' as measure
    ),
    {{ percentiles }}
    select json_build_object({{ user_figures }})
    from (
        select own.series_keys, own.histogram_keys, known.user_id, known.user_name, {{ user_performance }}
        from (select series.series_keys, series.histogram_keys) as own
        cross join lateral (
            select measured.*
            from (select own.series_keys) as series
            cross join lateral {{ work_measures }} as measured
        ) as measured
        cross join lateral (
            select branch.user_id, branch.user_name from serving.work_series as branch
            where branch.kept = 128 and branch.user_id = :user_id
        ) as known
    ) as series
    cross join lateral {{ user_roles }} as person
    left join percentiles as action on action.asked = 'action'
),
