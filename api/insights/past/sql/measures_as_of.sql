-- What the relation `series` counted at the instant: the cube's rows up to its day, and the corrections.
(
    select
        coalesce(upto.tickets, 0) - coalesce(before.tickets, 0) + coalesce(corrected.tickets, 0)
        as tickets,
        coalesce(upto.pending, 0) - coalesce(before.pending, 0) + coalesce(corrected.pending, 0)
        as pending,
        coalesce(upto.in_progress, 0) - coalesce(before.in_progress, 0) + coalesce(corrected.in_progress, 0)
        as in_progress,
        coalesce(upto.on_hold, 0) - coalesce(before.on_hold, 0) + coalesce(corrected.on_hold, 0)
        as on_hold,
        coalesce(upto.completed, 0) - coalesce(before.completed, 0) + coalesce(corrected.completed, 0)
        as completed,
        coalesce(upto.cancelled, 0) - coalesce(before.cancelled, 0) + coalesce(corrected.cancelled, 0)
        as cancelled,
        coalesce(upto.pending_external, 0) - coalesce(before.pending_external, 0) + coalesce(corrected.pending_external, 0)
        as pending_external,
        coalesce(upto.sla_met, 0) - coalesce(before.sla_met, 0) + coalesce(corrected.sla_met, 0)
        as sla_met,
        coalesce(upto.sla_breached, 0) - coalesce(before.sla_breached, 0) + coalesce(corrected.sla_breached, 0)
        as sla_breached,
        coalesce(upto.sla_on_track, 0) - coalesce(before.sla_on_track, 0) + coalesce(corrected.sla_on_track, 0)
        as sla_on_track,
        coalesce(upto.sla_at_risk, 0) - coalesce(before.sla_at_risk, 0) + coalesce(corrected.sla_at_risk, 0)
        as sla_at_risk,
        coalesce(upto.sla_none, 0) - coalesce(before.sla_none, 0) + coalesce(corrected.sla_none, 0)
        as sla_none,
        coalesce(upto.resolutions, 0) - coalesce(before.resolutions, 0) + coalesce(corrected.resolutions, 0)
        as resolutions,
        coalesce(upto.resolution_seconds, 0) - coalesce(before.resolution_seconds, 0) + coalesce(corrected.resolution_seconds, 0)
        as resolution_seconds,
        coalesce(upto.first_responses, 0) - coalesce(before.first_responses, 0) + coalesce(corrected.first_responses, 0)
        as first_responses,
        coalesce(upto.first_response_seconds, 0) - coalesce(before.first_response_seconds, 0) + coalesce(corrected.first_response_seconds, 0)
        as first_response_seconds,
        coalesce(upto.escalated, 0) - coalesce(before.escalated, 0) + coalesce(corrected.escalated, 0)
        as escalated,
        coalesce(upto.transferred, 0) - coalesce(before.transferred, 0) + coalesce(corrected.transferred, 0)
        as transferred,
        coalesce(upto.unassigned, 0) - coalesce(before.unassigned, 0) + coalesce(corrected.unassigned, 0)
        as unassigned,
        coalesce(corrected.open_age_0_1, 0) as open_age_0_1,
        coalesce(corrected.open_age_1_7, 0) as open_age_1_7,
        coalesce(corrected.open_age_7_30, 0) as open_age_7_30,
        coalesce(corrected.open_age_30_90, 0) as open_age_30_90,
        coalesce(corrected.open_age_90_plus, 0) as open_age_90_plus
    from (values (true)) as always (present)
    left join lateral (
        select * from serving.ticket_cube
        where
            ticket_cube.series_key = series.series_key
            and ticket_cube.day <= least(:end_date::date, published.as_of_day)
        order by ticket_cube.day desc
        limit 1
    ) as upto on true
    left join lateral (
        select * from serving.ticket_cube
        where
            ticket_cube.series_key = series.series_key
            and ticket_cube.day < :start_date::date
            and ticket_cube.day <= published.as_of_day
        order by ticket_cube.day desc
        limit 1
    ) as before on true
    left join corrections as corrected on corrected.series_key = series.series_key
)
