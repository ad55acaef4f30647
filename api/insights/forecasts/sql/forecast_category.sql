with weeks as materialized (
    -- The week that the data end in is not over: it is forecast, not history.
    select
        date_trunc('week', published.as_of_day::timestamp)::date as running,
        date_trunc('week', published.as_of_day::timestamp)::date - 7 * :history_weeks::integer as first
),
named as (
    select
        member.series_key,
        case :level::text
            when 'category' then member.category
            when 'sub_category' then member.sub_category
            else member.department
        end as name
    from serving.ticket_series as member
    where
        num_nonnulls(
            member.department, member.category, member.sub_category, member.workflow_id, member.priority
        ) = 1
),
past as (
    select
        named.series_key,
        named.name,
        monday.monday::date as monday,
        coalesce(upto.tickets, 0) - coalesce(before.tickets, 0) as count
    from weeks
    cross join (
        select named.series_key, named.name from named
        where named.name is not null
        union all
        select series.series_key, null
    ) as named
    cross join lateral
        generate_series(weeks.first::timestamp, weeks.running - interval '7 days', interval '7 days')
        as monday (monday)
    left join lateral (
        select ticket_cube.tickets from serving.ticket_cube
        where ticket_cube.series_key = named.series_key and ticket_cube.day < monday.monday::date + 7
        order by ticket_cube.day desc
        limit 1
    ) as upto on true
    left join lateral (
        select ticket_cube.tickets from serving.ticket_cube
        where ticket_cube.series_key = named.series_key and ticket_cube.day < monday.monday::date
        order by ticket_cube.day desc
        limit 1
    ) as before on true
),
-- Of the members the ten with most tickets; the series without a name is all tickets.
told as materialized (
    select
        past.series_key,
        past.name,
        sum(past.count)::bigint as historical_total,
        round(avg(past.count), 2) as historical_weekly_avg,
        avg(past.count) filter (where past.monday < weeks.first + 28) as begun,
        avg(past.count) filter (where past.monday >= weeks.running - 28) as ended,
        json_agg(json_build_object('week', to_char(past.monday, 'IYYY-"W"IW'), 'count', past.count) order by past.monday)
            as historical
    from past
    cross join weeks
    group by past.series_key, past.name
    order by (past.name is null) desc, historical_total desc, past.name
    limit 11
),
ahead as materialized (
    select
        told.name,
        monday.monday::date as monday,
        -- A member that is not forecast goes on as in the last four weeks.
        coalesce(point.predicted, told.ended, 0) as predicted,
        case :confidence::integer
            when 80 then point.lower_80 when 90 then point.lower_90 else point.lower_95
        end as lower,
        case :confidence::integer
            when 80 then point.upper_80 when 90 then point.upper_90 else point.upper_95
        end as upper,
        point.predicted is null as fallback
    from told
    cross join weeks
    cross join lateral generate_series(
        weeks.running::timestamp, weeks.running + 7 * (:forecast_weeks::integer - 1) * interval '1 day',
        interval '7 days'
    ) as monday (monday)
    left join serving.forecast_points as point
        on
            told.series_key = point.series_key
            and point.granularity = 'weekly'
            and monday.monday::date = point.ds
),
members as (
    select
        told.name,
        told.historical_total,
        json_build_object(
            :level::text, told.name,
            'historical_total', told.historical_total,
            'historical_weekly_avg', told.historical_weekly_avg,
            'trend_percentage', round(100 * (told.ended - told.begun) / nullif(told.begun, 0), 2),
            'trend_direction', case
                when told.ended > 1.05 * told.begun then 'increasing'
                when told.ended < 0.95 * told.begun then 'decreasing'
                else 'stable'
            end,
            'forecast_weekly_avg', expected.weekly_avg,
            'historical', told.historical,
            'forecasts', expected.weeks,
            'fallback', expected.fallback
        ) as body
    from told
    cross join lateral (
        select
            round(avg(ahead.predicted)::numeric, 2) as weekly_avg,
            bool_or(ahead.fallback) as fallback,
            json_agg(json_build_object(
                'week', to_char(ahead.monday, 'IYYY-"W"IW'),
                'predicted_count', round(ahead.predicted::numeric, 2),
                'confidence_lower', round(ahead.lower::numeric, 2),
                'confidence_upper', round(ahead.upper::numeric, 2)
            ) order by ahead.monday) as weeks
        from ahead
        where ahead.name = told.name
    ) as expected
    where told.name is not null
),
rest as (
    select
        ahead.monday,
        greatest(
            sum(ahead.predicted) filter (where ahead.name is null)
            - coalesce(sum(ahead.predicted) filter (where ahead.name is not null), 0),
            0
        ) as predicted
    from ahead
    group by ahead.monday
),
source as (
    select * from serving.forecast_series
    where forecast_series.series_key = series.series_key
)
select json_build_object(
    'forecast_type', 'category_trends',
    {{ provenance }},
    'level', :level::text,
    'history_weeks', :history_weeks::integer,
    'forecast_weeks', :forecast_weeks::integer,
    'confidence_level', :confidence::integer / 100.0,
    'category_forecasts', (
        select coalesce(json_agg(members.body order by members.historical_total desc, members.name), '[]')
        from members
    ),
    'others', (
        select json_agg(json_build_object(
            'week', to_char(rest.monday, 'IYYY-"W"IW'), 'predicted_count', round(rest.predicted::numeric, 2)
        ) order by rest.monday)
        from rest
    ),
    'total', (
        select json_agg(json_build_object(
            'week', to_char(ahead.monday, 'IYYY-"W"IW'), 'predicted_count', round(ahead.predicted::numeric, 2)
        ) order by ahead.monday)
        from ahead
        where ahead.name is null
    ),
    'model', (select {{ forecast_model }} from source),
    'quality', (select source.quality from source),
    'warnings', (
        select coalesce(json_agg(warning.text), '[]')
        from (
            select 'stale' as text from source where source.trained_at < statement_timestamp() - interval '36 hours'
            union all
            select 'no forecast has been published yet' where not exists (select from source)
            union all
            select format('no forecast of its own, so that the mean of four weeks goes on: %s', string_agg(lone.name, ', ' order by lone.name))
            from (select distinct ahead.name from ahead where ahead.fallback and ahead.name is not null) as lone
            where exists (select from source)
            having count(*) > 0
        ) as warning
    ),
    'fallback', coalesce((select source.fallback from source), true) or (select bool_or(ahead.fallback) from ahead)
)
