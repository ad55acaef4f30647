-- Points of the rules are those of the contract, 3.8.6; hours are hours of the SLA clock.
with open_tickets as (
    select
        open_tickets.*,
        extract(epoch from run_window.as_of - open_tickets.created_at) / 3600 as age_hours,
        coalesce(
            open_tickets.remaining_seconds,
            extract(epoch from open_tickets.target_resolution - run_window.as_of)
        ) / 3600 as hours_left,
        coalesce(
            open_tickets.elapsed_ratio,
            extract(epoch from run_window.as_of - open_tickets.created_at)
            / nullif(extract(epoch from open_tickets.target_resolution - open_tickets.created_at), 0)
        ) as used
    from {{ ref('open_tickets') }} as open_tickets
    cross join {{ ref('int_run__window') }} as run_window
),

pointed as (
    select
        *,
        case
            when target_resolution is null then 0
            when hours_left <= 0 then 40
            when hours_left < 2 then 35
            when hours_left < 4 then 25
            when used > 0.75 then 20
            else 0
        end as time_points,
        case
            when target_resolution is null then 0
            when used > 0.9 then 30
            when used > 0.75 then 20
            when used > 0.5 then 10
            else 0
        end as progress_points,
        case priority when 'Critical' then 15 when 'High' then 10 else 0 end as priority_points,
        case
            when age_hours > 72 then 15
            when age_hours > 48 then 10
            when age_hours > 24 then 5
            else 0
        end as age_points
    from open_tickets
),

-- What another model said than the one that is served is not told.
predicted as (
    select distinct on (predictions.task_id)
        predictions.*,
        predictions.risk_run_id = risk_model.model_run_id as has_risk,
        predictions.time_run_id = time_model.model_run_id as has_time
    from {{ ref('stg_ml__ticket_predictions') }} as predictions
    left join {{ ref('served_models') }} as risk_model on risk_model.kind = 'sla_risk'
    left join {{ ref('served_models') }} as time_model on time_model.kind = 'resolution_time'
    order by predictions.task_id asc, predictions.predicted_date desc
)

select
    pointed.task_id,
    pointed.ticket_number,
    pointed.subject,
    pointed.status,
    pointed.priority,
    pointed.department,
    pointed.category,
    pointed.sub_category,
    pointed.workflow_id,
    pointed.workflow_name,
    pointed.current_step,
    pointed.source,
    pointed.assignee,
    pointed.created_at,
    pointed.target_resolution,
    round(pointed.hours_left, 2) as hours_remaining,
    round(pointed.used, 4) as elapsed_ratio,
    pointed.sla_status = 'breached' as is_breached,
    least(
        pointed.time_points + pointed.progress_points + pointed.priority_points + pointed.age_points, 100
    )::integer as rule_score,
    to_jsonb(array_remove(array[
        case
            when pointed.target_resolution is null then 'no SLA target'
            when pointed.time_points = 40 then 'target passed'
            when pointed.time_points = 35 then 'under 2 h left'
            when pointed.time_points = 25 then 'under 4 h left'
            when pointed.time_points = 20 then 'under a quarter of the time left'
        end,
        case
            when pointed.progress_points = 30 then 'over 90 % of the time used'
            when pointed.progress_points = 20 then 'over 75 % of the time used'
            when pointed.progress_points = 10 then 'over 50 % of the time used'
        end,
        case when pointed.priority_points > 0 then lower(pointed.priority) || ' priority' end,
        case
            when pointed.age_points = 15 then 'open for over 3 days'
            when pointed.age_points = 10 then 'open for over 2 days'
            when pointed.age_points = 5 then 'open for over a day'
        end
    ], null)) as rule_factors,
    case when predicted.has_risk then predicted.breach_probability end as breach_probability,
    case when predicted.has_risk then predicted.may_breach end as may_breach,
    case when predicted.has_risk then predicted.may_be_met end as may_be_met,
    case when predicted.has_risk then predicted.risk_factors end as model_factors,
    case when predicted.has_time then predicted.remaining_hours end as remaining_hours,
    case when predicted.has_time then predicted.lower_80 end as lower_80,
    case when predicted.has_time then predicted.upper_80 end as upper_80,
    case when predicted.has_time then predicted.lower_90 end as lower_90,
    case when predicted.has_time then predicted.upper_90 end as upper_90,
    case when predicted.has_risk or predicted.has_time then predicted.predicted_at end as predicted_at
from pointed
left join predicted on pointed.task_id = predicted.task_id
