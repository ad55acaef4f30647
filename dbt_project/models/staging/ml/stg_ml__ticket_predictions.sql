select
    task_id,
    predicted_on as predicted_date,
    predicted_at,
    risk_run_id,
    breach_probability,
    may_breach,
    may_be_met,
    risk_factors,
    time_run_id,
    remaining_hours,
    lower_80,
    upper_80,
    lower_90,
    upper_90
from {{ source('ml', 'ticket_prediction') }}
