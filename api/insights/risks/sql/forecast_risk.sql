with scored as materialized (
    select
        ticket.task_id,
        ticket.is_breached,
        case when not ticket.is_breached then {{ score }} end as score,
        case when not ticket.is_breached then {{ level }} end as level
    from serving.ticket_risks as ticket
    where {{ narrowed }}
),
counted as (
    select
        count(*) as total,
        count(*) filter (where scored.is_breached) as breached,
        count(*) filter (where not scored.is_breached and scored.score is null) as unscored,
        count(*) filter (where scored.level = 'high') as high,
        count(*) filter (where scored.level = 'medium') as medium,
        count(*) filter (where scored.level = 'low') as low,
        count(*) filter (where scored.score >= :threshold::integer) as above
    from scored
),
served as (
    select * from serving.served_models
    where served_models.kind = 'sla_risk'
)
select json_build_object(
    'forecast_type', 'sla_breach_risk',
    {{ provenance }},
    'filters', :filters::json,
    'method', :method::text,
    'risk_threshold', :threshold::integer,
    'summary', json_build_object(
        'total_open_tasks', counted.total,
        'breached_count', counted.breached,
        'unscored_count', counted.unscored,
        'high_risk_count', counted.high,
        'medium_risk_count', counted.medium,
        'low_risk_count', counted.low,
        'above_threshold_count', counted.above
    ),
    'risk_distribution', json_build_object(
        'high', round(100.0 * counted.high / nullif(counted.high + counted.medium + counted.low, 0), 2),
        'medium', round(100.0 * counted.medium / nullif(counted.high + counted.medium + counted.low, 0), 2),
        'low', round(100.0 * counted.low / nullif(counted.high + counted.medium + counted.low, 0), 2)
    ),
    'at_risk_tasks', (
        select coalesce(json_agg(row_to_json(risk)), '[]')
        from (
            select {{ columns_of_risk }}
            from serving.ticket_risks as ticket
            where not ticket.is_breached and {{ score }} >= :threshold::integer and {{ narrowed }}
            order by {{ score }} desc, ticket.task_id
            limit 50
        ) as risk
    ),
    'model', (
        select json_build_object(
            'name', served.kind,
            'version', served.model_version,
            'trained_at', to_json(served.trained_at at time zone 'UTC') #>> '{}' || 'Z',
            'train_start', (served.train_start at time zone 'UTC')::date,
            'train_end', (served.train_end at time zone 'UTC')::date,
            'n_obs', served.n_obs
        )
        from served
        where :method::text = 'model'
    ),
    'quality', (
        select case :method::text
            when 'model' then served.metrics - '{inputs,reliability}'::text[] || jsonb_build_object('baselines', served.baseline_metrics)
            else served.baseline_metrics -> 'rules'
        end
        from served
    ),
    'warnings', (
        select coalesce(json_agg(warning.text), '[]')
        from (
            select 'no model is served: train one, or use method=rules' as text
            where :method::text = 'model' and not exists (select from served)
            union all
            select decision.reason from serving.model_decisions as decision
            where :method::text = 'model' and decision.kind = 'sla_risk' and decision.model_run_id is null
            union all
            select jsonb_array_elements_text(served.warnings) from served
            where :method::text = 'model'
            union all
            select 'stale' from served
            where :method::text = 'model' and served.trained_at < statement_timestamp() - interval '36 hours'
            union all
            select format('%s open tickets came after the model was asked last, or have no SLA', counted.unscored)
            where :method::text = 'model' and counted.unscored > 0 and exists (select from served)
        ) as warning
    ),
    'fallback', :method::text = 'model' and not exists (select from served)
)
from counted
