with {{ resolution_groups }},
told as (
    select
        figures.*,
        case :statistic::text when 'median' then expected_median else expected_mean end as expected,
        case
            when is_merged then 'Other'
            when :by::text = 'workflow' then (
                select members.workflow_name from members
                where members.member = figures.member
            )
            else member
        end as name
    from figures
    where resolved > 0
),
expected as materialized (
    select *
    from serving.resolution_forecast
    where
        resolution_forecast.ds >= published.as_of_day
        and resolution_forecast.ds < published.as_of_day + :forecast_days::integer
),
source as (
    select * from serving.resolution_forecast
    order by resolution_forecast.ds
    limit 1
)
select json_build_object(
    'forecast_type', 'resolution_time',
    {{ provenance }},
    'group_by', :by::text,
    'statistic', :statistic::text,
    'time_period_days', :days::integer,
    'date_range', (select json_build_object('start_date', first_day, 'end_date', last_day) from span),
    'confidence_level', :confidence::integer / 100.0,
    'overall_statistics', (
        select json_build_object(
            'total_resolved', coalesce(max(resolved), 0),
            'still_open', coalesce(max(waiting), 0),
            'average_hours', round((max(mean) / 3600)::numeric, 2),
            'median_hours', round((max(median) / 3600)::numeric, 2),
            'std_deviation', round((max(deviation) / 3600)::numeric, 2),
            'predicted_hours', round((max(
                case :statistic::text when 'median' then expected_median else expected_mean end
            ) / 3600)::numeric, 2),
            'percentile_10', round((max(p10) / 3600)::numeric, 2),
            'percentile_90', round((max(p90) / 3600)::numeric, 2)
        )
        from figures
        where not is_group
    ),
    'predictions', (
        select coalesce(json_agg(json_build_object(
            'group', name,
            'workflow_id', case when :by::text = 'workflow' then member::bigint end,
            'is_merged', is_merged,
            'sample_size', resolved,
            'still_open', waiting,
            'predicted_hours', round((expected / 3600)::numeric, 2),
            'average_hours', round((mean / 3600)::numeric, 2),
            'median_hours', round((median / 3600)::numeric, 2),
            'min_hours', round((least / 3600)::numeric, 2),
            'max_hours', round((greatest / 3600)::numeric, 2),
            'std_deviation', round((deviation / 3600)::numeric, 2),
            'percentile_25', round((p25 / 3600)::numeric, 2),
            'percentile_75', round((p75 / 3600)::numeric, 2),
            'percentile_90', round((p90 / 3600)::numeric, 2)
        ) order by expected, name, member), '[]')
        from told
        where is_group
    ),
    'forecasts', (
        select coalesce(json_agg(json_build_object(
            'date', ds,
            'predicted_hours', round(predicted::numeric, 2),
            'lower', round((case :confidence::integer
                when 80 then lower_80 when 90 then lower_90 else lower_95
            end)::numeric, 2),
            'upper', round((case :confidence::integer
                when 80 then upper_80 when 90 then upper_90 else upper_95
            end)::numeric, 2)
        ) order by ds), '[]')
        from expected
    ),
    'model', (select {{ forecast_model }} from source),
    'quality', (select source.quality from source),
    'warnings', (
        select coalesce(json_agg(warning.text), '[]')
        from (
            select jsonb_array_elements_text(source.warnings) as text from source
            union all
            select 'stale' from source
            where source.trained_at < statement_timestamp() - interval '36 hours'
            union all
            select 'no forecast has been published yet' where not exists (select from source)
            union all
            select format('%s days are no longer within the forecast, which is of %s', missing.days, source.trained_at::date)
            from source
            cross join (select :forecast_days::integer - count(*) as days from expected) as missing
            where missing.days > 0
            union all
            select format('fewer than half of the tickets of %s are resolved, so no median can be told', string_agg(told.name, ', ' order by told.name))
            from told
            where told.is_group and told.expected is null
            having count(*) > 0
        ) as warning
    ),
    'fallback', coalesce((select source.fallback from source), true)
)
