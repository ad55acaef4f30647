with parts as (
    select * from {{ groups }} as branch
),
timed as (
    select series_key as asked, series_key, 'resolution' as measure from parts
),
{{ percentiles }}
select json_build_object(
    {{ head }},
    {{ told_instant }},
    'group_by', :group_by::text,
    'total_with_sla', total.tickets - total.sla_none,
    'overall_compliance_rate',
    round(100.0 * total.sla_met / nullif(total.sla_met + total.sla_breached, 0), 2),
    'sla_compliance', (
        select coalesce(json_agg(row_to_json(compliance)), '[]')
        from (
            select
                {{ group_columns }},
                measured.tickets as total_tasks,
                measured.sla_met,
                measured.sla_breached,
                measured.sla_on_track as on_track,
                measured.sla_at_risk as at_risk,
                measured.sla_none as no_sla,
                round(100.0 * measured.sla_met / nullif(measured.sla_met + measured.sla_breached, 0), 2)
                as compliance_rate,
                resolved.*
            from parts as series
            cross join lateral {{ measures }} as measured
            cross join lateral {{ resolutions }} as resolved
            {{ group_order }}
        ) as compliance
    )
)
from {{ measures }} as total
