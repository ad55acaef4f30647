with own as (
    select * from serving.forecast_series
    where forecast_series.series_key = series.series_key
),
split as (
    select
        part.*,
        dimension.name as dimension
    from serving.forecast_series as part
    cross join lateral (
        values
        (
            'department',
            part.department,
            serving.series_key(null, part.category, part.sub_category, part.workflow_id, part.priority)
        ),
        (
            'category',
            part.category,
            serving.series_key(part.department, null, part.sub_category, part.workflow_id, part.priority)
        ),
        (
            'sub_category',
            part.sub_category,
            serving.series_key(part.department, part.category, null, part.workflow_id, part.priority)
        ),
        (
            'workflow_id',
            part.workflow_id::text,
            serving.series_key(part.department, part.category, part.sub_category, null, part.priority)
        ),
        (
            'priority',
            part.priority,
            serving.series_key(part.department, part.category, part.sub_category, part.workflow_id, null)
        )
    ) as dimension (name, member, whole_key)
    where
        not exists (select from own)
        and dimension.member is not null
        and dimension.whole_key = series.series_key
),
-- A dimension's forecasts add up to the whole only when they leave out none of its tickets.
partition as (
    select split.dimension
    from split
    cross join lateral (
        select ticket_cube.tickets from serving.ticket_cube
        where ticket_cube.series_key = split.series_key
        order by ticket_cube.day desc
        limit 1
    ) as newest
    group by split.dimension
    having sum(newest.tickets) = (
        select ticket_cube.tickets from serving.ticket_cube
        where ticket_cube.series_key = series.series_key
        order by ticket_cube.day desc
        limit 1
    )
    order by count(*) desc, split.dimension
    limit 1
),
chosen as (
    select own.*, null::text as dimension from own
    union all
    select split.* from split where split.dimension = (select partition.dimension from partition)
),
source as (
    select
        count(*) as series_count,
        string_agg(distinct champion, ' + ') as champion,
        coalesce(json_agg(distinct champion) filter (where champion is not null), '[]') as methods,
        max(model_version) as model_version,
        min(trained_at) as trained_at,
        min(train_start) as train_start,
        max(train_end) as train_end,
        max(n_obs) as n_obs,
        -- A backtest speaks for its own series: a sum of series has none.
        case when count(*) = 1 then min({{ backtest }}::text)::json end as quality,
        coalesce(bool_or(fallback), true) as fallback,
        max(dimension) as dimension
    from chosen
),
{{ expected }},
{{ past }},
averages as (
    select
        (select avg(flow.created) from flow) as past,
        (select avg(forecast.predicted_count) from forecast) as expected
)
select json_build_object(
    'forecast_type', 'ticket_volume',
    {{ provenance }},
    'granularity', :forecast_granularity::text,
    'filters', :filters::json,
    'model_info', json_build_object(
        'methods', source.methods,
        'history_days', :history_days::integer,
        'forecast_periods', (select count(*) from forecast)
    ),
    'summary', json_build_object(
        'historical_average', round(averages.past, 2),
        'forecast_average', round(averages.expected, 2),
        'trend_direction', case
            when averages.expected > 1.05 * averages.past then 'increasing'
            when averages.expected < 0.95 * averages.past then 'decreasing'
            when averages.expected is not null and averages.past is not null then 'stable'
        end,
        'confidence_level', :confidence::integer / 100.0
    ),
    'historical_data', coalesce(
        (select json_agg(json_build_object('date', flow.date, 'count', flow.created) order by flow.date) from flow),
        '[]'
    ),
    'forecasts', coalesce((select json_agg(row_to_json(step) order by step.date) from forecast as step), '[]'),
    'model', case when source.series_count > 0 then {{ forecast_model }} end,
    'quality', source.quality,
    'warnings', (
        select coalesce(json_agg(warning.text), '[]')
        from (
            select jsonb_array_elements_text({{ notes }}) as text from chosen
            union
            select 'stale' where source.trained_at < statement_timestamp() - interval '36 hours'
            union
            select 'no forecast has been published yet' where source.series_count = 0
            union
            select format('sum of %s forecasts by %s; its band is the sum of theirs', series_count, dimension)
            where source.dimension is not null
        ) as warning
    ),
    'fallback', source.fallback
)
from source
cross join averages
where source.series_count > 0 or not exists (select from serving.forecast_series)
