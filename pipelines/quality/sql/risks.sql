-- One row: what the models say of open tickets beside what became of those that are over.
with told as (
    select
        count(breach_probability) as tickets,
        avg(breach_probability) as probability,
        max(breach_probability) - min(breach_probability) as spread,
        count(*) filter (
            where breach_probability = 'NaN' or breach_probability < 0 or breach_probability > 1
        ) as no_probability,
        count(*) filter (
            where
            remaining_hours < 0 or lower_80 > remaining_hours or remaining_hours > upper_80
            or lower_90 > lower_80 or upper_80 > upper_90
        ) as crossed
    from build.ticket_risks
),

outcomes as (
    select
        count(*) as tickets,
        avg((sla_status = 'breached')::integer) as breached
    from marts.fct_tickets
    where sla_status in ('met', 'breached') and not is_open and resolved_at > as_of - interval '56 days'
)

select
    told.no_probability,
    told.crossed,
    case when told.tickets >= 50 and outcomes.tickets >= 50
            then abs(told.probability - outcomes.breached)::float8
    end as from_outcomes,
    case when told.tickets >= 50 then (told.spread = 0)::integer end as is_flat
from told
cross join outcomes
