-- The same for every status at once.
(
    select
        coalesce(sum(bound.sign * bound.tickets), 0)::bigint as tickets,
        coalesce(sum(bound.sign * bound.status_new), 0)::bigint as status_new,
        coalesce(sum(bound.sign * bound.status_open), 0)::bigint as status_open,
        coalesce(sum(bound.sign * bound.status_in_progress), 0)::bigint as status_in_progress,
        coalesce(sum(bound.sign * bound.status_on_hold), 0)::bigint as status_on_hold,
        coalesce(sum(bound.sign * bound.status_pending), 0)::bigint as status_pending,
        coalesce(sum(bound.sign * bound.status_pending_external), 0)::bigint as status_pending_external,
        coalesce(sum(bound.sign * bound.status_resolved), 0)::bigint as status_resolved,
        coalesce(sum(bound.sign * bound.status_rejected), 0)::bigint as status_rejected,
        coalesce(sum(bound.sign * bound.status_withdrawn), 0)::bigint as status_withdrawn,
        coalesce(sum(bound.sign * bound.status_closed), 0)::bigint as status_closed
    from unnest(series.series_keys) as part (series_key)
    cross join lateral (
        (
            select 1 as sign, snapshot_cube.* from serving.snapshot_cube
            where
                snapshot_cube.series_key = part.series_key
                and snapshot_cube.day <= coalesce(:end_date::date, 'infinity')
            order by snapshot_cube.day desc
            limit 1
        )
        union all
        (
            select -1 as sign, snapshot_cube.* from serving.snapshot_cube
            where snapshot_cube.series_key = part.series_key and snapshot_cube.day < :start_date::date
            order by snapshot_cube.day desc
            limit 1
        )
    ) as bound
)
