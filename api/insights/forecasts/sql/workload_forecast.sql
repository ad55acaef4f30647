with {{ workload_history }},
{{ workload_days }},
{{ workload_roles }}
select json_build_object(
    'forecast_type', 'workload',
    {{ provenance }},
    'analysis_period_days', :history_days::integer,
    'forecast_days', :forecast_days::integer,
    'tz', :tz::text,
    'service_level', :service_level::float8,
    'answer_within', :answer_within::integer,
    'history', (
        select json_build_object(
            'start_date', case when total.days > 0 then bounds.local_first end,
            'end_date', case when total.days > 0 then bounds.local_last end,
            'days', total.days,
            'tickets', total.tickets
        )
        from total
        left join bounds on true
    ),
    'patterns', json_build_object(
        'peak_hours', (
            select coalesce(json_agg(hour order by tickets desc, hour), '[]')
            from (select * from hours where tickets > 0 order by tickets desc, hour limit 3) as busiest
        ),
        'quiet_hours', (
            select coalesce(json_agg(hour order by tickets, hour), '[]')
            from (
                select hours.*
                from hours
                cross join total
                where total.tickets > 0
                order by hours.tickets, hour
                limit 3
            ) as quietest
        ),
        'busiest_day', (select name from weekdays where tickets > 0 order by tickets desc, weekday limit 1),
        'quietest_day', (
            select weekdays.name
            from weekdays
            cross join total
            where weekdays.days > 0 and total.tickets > 0
            order by weekdays.tickets, weekday
            limit 1
        )
    ),
    'hourly_distribution', (
        select json_agg(json_build_object(
            'hour', hour,
            'count', hours.tickets,
            'percentage', round(100.0 * hours.tickets / nullif(total.tickets, 0), 2),
            'intensity', case
                when hours.tickets > total.tickets / 12.0 then 'high'
                when hours.tickets > total.tickets / 24.0 then 'medium'
                else 'low'
            end
        ) order by hour)
        from hours
        cross join total
    ),
    'daily_distribution', (
        select json_agg(json_build_object(
            'day', weekdays.name,
            'day_number', weekday + 1,
            'count', weekdays.tickets,
            'percentage', round(100.0 * weekdays.tickets / nullif(total.tickets, 0), 2)
        ) order by weekday)
        from weekdays
        cross join total
    ),
    'workload_forecast', (
        select json_agg(json_build_object(
            'date', expected.day,
            'day', intensities.name,
            'predicted_tickets', round(expected.tickets::numeric, 2),
            'tickets_lower', round(expected.lower::numeric, 2),
            'tickets_upper', round(expected.upper::numeric, 2),
            'expected_intensity', intensities.intensity
        ) order by expected.day)
        from expected
        inner join intensities on intensities.weekday = extract(dow from expected.day)
    ),
    'by_role', (
        select coalesce(json_agg(json_build_object(
            'role', role,
            'predicted_items', round(items::numeric, 2),
            'items_lower', round(items_lower::numeric, 2),
            'items_upper', round(items_upper::numeric, 2),
            'predicted_hours', round((items * hours_of_item)::numeric, 2),
            'hours_lower', round((items_lower * hours_of_item)::numeric, 2),
            'hours_upper', round((items_upper * hours_of_item)::numeric, 2),
            'agents', agents,
            'capacity_hours', capacity_hours,
            'utilization', round((100 * items * hours_of_item / nullif(capacity_hours, 0))::numeric, 2),
            'items_per_ticket', round(items_per_ticket::numeric, 4),
            'handling_minutes', round((60 * handling_hours)::numeric, 2),
            'handled_items', handled_items,
            'peak_hour_items', round(peak_hour_items::numeric, 4)
        ) order by items * hours_of_item desc nulls last, items desc, role), '[]')
        from loads
    ),
    'by_role_daily', (
        select coalesce(json_agg(json_build_object(
            'date', expected.day,
            'role', loads.role,
            'predicted_items', round((expected.tickets * items_per_ticket)::numeric, 2),
            'items_lower', round((expected.lower * items_per_ticket)::numeric, 2),
            'items_upper', round((expected.upper * items_per_ticket)::numeric, 2),
            'predicted_hours', round((expected.tickets * items_per_ticket * hours_of_item)::numeric, 2),
            'hours_lower', round((expected.lower * items_per_ticket * hours_of_item)::numeric, 2),
            'hours_upper', round((expected.upper * items_per_ticket * hours_of_item)::numeric, 2)
        ) order by expected.day, loads.role), '[]')
        from expected
        cross join loads
    ),
    'model', case when source.is_published then {{ forecast_model }} end,
    'quality', source.quality,
    'warnings', (
        select coalesce(json_agg(warning.text), '[]')
        from (
            select jsonb_array_elements_text(source.warnings) as text
            union all
            select 'stale' where source.trained_at < statement_timestamp() - interval '36 hours'
            union all
            select 'no forecast has been published yet' where not source.is_published
            union all
            select format('the mean of its weekday stands for %s of the days, without a band', count(*))
            from expected
            where is_mean
            having count(*) > 0
            union all
            select format('the history has %s of %s days', total.days, :history_days::integer)
            from total
            where total.days < :history_days::integer
        ) as warning
    ),
    'fallback', source.fallback
)
from source
