with timed as (
    select measure as asked, series.series_key, measure
    from (values ('resolution'), ('first_response')) as told (measure)
),
{{ percentiles }}
select json_build_object(
    {{ head }},
    {{ told_instant }},
    'total_tickets', measured.tickets,
    'completed_tickets', measured.completed,
    'pending_tickets', measured.pending,
    'in_progress_tickets', measured.in_progress,
    'on_hold_tickets', measured.on_hold,
    'cancelled_tickets', measured.cancelled,
    'open_tickets', measured.pending + measured.in_progress + measured.on_hold + measured.pending_external,
    'unassigned_tickets', measured.unassigned,
    'sla_compliance_rate',
    round(100.0 * measured.sla_met / nullif(measured.sla_met + measured.sla_breached, 0), 2),
    'sla_breached', measured.sla_breached,
    'sla_at_risk', measured.sla_at_risk,
    'total_users', people.users,
    'total_workflows', workflows.workflows,
    'escalation_rate', round(100.0 * measured.escalated / nullif(measured.tickets, 0), 2),
    'transfer_rate', round(100.0 * measured.transferred / nullif(measured.tickets, 0), 2),
    'avg_resolution_hours',
    round(measured.resolution_seconds / 3600.0 / nullif(measured.resolutions, 0), 2),
    'median_resolution_hours', round((resolution.median_seconds / 3600)::numeric, 2),
    'p90_resolution_hours', round((resolution.p90_seconds / 3600)::numeric, 2),
    'p95_resolution_hours', round((resolution.p95_seconds / 3600)::numeric, 2),
    'resolutions', measured.resolutions,
    'avg_first_response_hours',
    round(measured.first_response_seconds / 3600.0 / nullif(measured.first_responses, 0), 2),
    'median_first_response_hours', round((response.median_seconds / 3600)::numeric, 2),
    'p90_first_response_hours', round((response.p90_seconds / 3600)::numeric, 2),
    'first_responses', measured.first_responses
)
from {{ measures }} as measured
cross join lateral {{ people }} as people
cross join lateral {{ workflows }} as workflows
left join percentiles as resolution on resolution.asked = 'resolution'
left join percentiles as response on response.asked = 'first_response'
