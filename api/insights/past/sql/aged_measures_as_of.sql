-- The same, and how many were how old: of each bracket those created up to its one end, less those up to its other.
(
    select
        counted.*,
        created.upto[1] - created.upto[2] as age_0_1,
        created.upto[2] - created.upto[3] as age_1_7,
        created.upto[3] - created.upto[4] as age_7_30,
        created.upto[4] - created.upto[5] as age_30_90,
        created.upto[5] - created.upto[6] as age_90_plus
    from {{ measures_as_of }} as counted
    cross join lateral (
        select array_agg(
            coalesce((
                select ticket_cube.tickets from serving.ticket_cube
                where
                    ticket_cube.series_key = series.series_key
                    and ticket_cube.day <= (bound.instant at time zone 'UTC')::date
                order by ticket_cube.day desc
                limit 1
            ), 0) - (
                select count(*) from serving.ticket_rows as ticket
                where
                    ticket.created_at > bound.instant
                    and ticket.created_at < ((bound.instant at time zone 'UTC')::date + 1)::timestamp at time zone 'UTC'
                    and {{ asked_of_ticket }}
            )
            order by bound.position
        ) as upto
        from (
            select
                bracket.position,
                -- No moment is before the first of the range or after its last.
                least(
                    greatest(
                        coalesce(:as_of::timestamptz - bracket.younger, '-infinity'),
                        :start_date::date::timestamp at time zone 'UTC' - interval '1 microsecond'
                    ),
                    (:end_date::date + 1)::timestamp at time zone 'UTC' - interval '1 microsecond'
                ) as instant
            from (
                values
                (1, interval '0'),
                (2, interval '24 hours 1 microsecond'),
                (3, interval '168 hours 1 microsecond'),
                (4, interval '720 hours 1 microsecond'),
                (5, interval '2160 hours 1 microsecond'),
                (6, null)
            ) as bracket (position, younger)
        ) as bound
    ) as created
)
