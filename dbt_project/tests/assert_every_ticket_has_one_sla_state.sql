-- Compliance would divide by the wrong number if a ticket stood in two SLA states or in none.
{{ config(meta={'dagster': {'ref': {'name': 'ticket_cube'}}}) }}

select
    series_key,
    day
from {{ ref('ticket_cube') }}
where
    sla_met + sla_breached + sla_on_track + sla_at_risk + sla_none <> tickets
    or sla_critical > sla_at_risk
    or pending + in_progress + on_hold + pending_external + completed + cancelled <> tickets
    or age_0_1 + age_1_7 + age_7_30 + age_30_90 + age_90_plus <> tickets
    or open_age_0_1 + open_age_1_7 + open_age_7_30 + open_age_30_90 + open_age_90_plus
    <> pending + in_progress + on_hold + pending_external
