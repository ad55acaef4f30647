measured.items as total_items,
measured.items_new as new,
measured.items_in_progress as in_progress,
measured.items_resolved as resolved,
measured.items_reassigned as reassigned,
measured.items_escalated as escalated,
measured.new_breached + measured.in_progress_breached as breached,
measured.items_open as active_items,
measured.resolved_met as sla_met,
measured.resolved_missed + measured.escalated_missed as sla_missed,
measured.actions,
round(100.0 * measured.items_resolved / nullif(measured.items, 0), 2) as resolution_rate,
round(100.0 * measured.items_escalated / nullif(measured.items, 0), 2) as escalation_rate,
round(100.0 * (measured.new_breached + measured.in_progress_breached) / nullif(measured.items, 0), 2)
as breach_rate,
round(
    100.0 * measured.resolved_met
    / nullif(measured.resolved_met + measured.resolved_missed + measured.escalated_missed, 0),
    2
) as sla_met_rate,
round(measured.action_seconds / 3600.0 / nullif(measured.actions, 0), 2) as avg_time_to_action_hours
