-- Distinct assignees: a running count while the range is open at its start, else those who, as of its end,
-- were last seen within it.
(
    select case
        when :start_date::date is null then coalesce((
            select users from serving.ticket_cube
            where
                ticket_cube.series_key = series.series_key
                and ticket_cube.day <= coalesce(:end_date::date, 'infinity')
            order by ticket_cube.day desc
            limit 1
        ), 0)
        else coalesce((
            select sum(seen.users)
            from (
                select unnest(person.last_seen[1:entries]) as last_seen, unnest(person.users[1:entries]) as users
                from (
                    select
                        last_seen,
                        users,
                        width_bucket(coalesce(:end_date::date, 'infinity'), days) as entries
                    from serving.user_days
                    where
                        user_days.series_key = series.series_key
                        and user_days.month <= coalesce(:end_date::date, 'infinity')
                    order by user_days.month desc
                    limit 1
                ) as person
            ) as seen
            where seen.last_seen >= :start_date::date
        ), 0)
    end as users
)
