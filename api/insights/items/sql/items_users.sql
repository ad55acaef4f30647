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
ranked as (
    select row_number() over (order by {{ ranking }}) as rank, performance.*
    from performance
    order by rank
    limit :limit::bigint
)
select json_build_object(
    {{ head }},
    'sort', :sort::text,
    'total_users', (select count(*) from performance),
    'user_performance', (
        select coalesce(json_agg(json_build_object('rank', series.rank, {{ user_figures }}) order by series.rank), '[]')
        from ranked as series
        cross join lateral {{ user_roles }} as person
        cross join lateral {{ time_to_action }} as action
    )
)
