with performance as materialized (
    select
        series.user_id,
        series.user_name,
        series.histogram_keys,
        {{ user_performance }}
    from {{ user_groups }} as series
    cross join lateral {{ work_measures }} as measured
    where measured.items > 0 and measured.items >= :min_items::bigint
),
ranked_users as materialized (
    select row_number() over (order by {{ ranking }}) as rank, performance.*
    from performance
    order by rank
    limit :limit::bigint
),
timed as (
    select user_id as asked, unnest(histogram_keys) as series_key, 'action' as measure
    from ranked_users
),
{{ percentiles }}
select json_build_object(
    {{ head }},
    'sort', :sort::text,
    'total_users', (select count(*) from performance),
    'user_performance', (
        select coalesce(json_agg(json_build_object('rank', series.rank, {{ user_figures }}) order by series.rank), '[]')
        from ranked_users as series
        cross join lateral {{ user_roles }} as person
        left join percentiles as action on series.user_id = action.asked
    )
)
