-- Distinct assignees: a running count while the range is open at its start, else one look-up per person.
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
        else (
            select count(*) from serving.user_days as person
            where
                person.series_key = series.series_key
                and person.previous_day is null
                and person.day <= coalesce(:end_date::date, 'infinity')
                and exists (
                    select from serving.user_days
                    where
                        user_days.series_key = series.series_key
                        and user_days.user_id = person.user_id
                        and user_days.day >= :start_date::date
                        and user_days.day <= coalesce(:end_date::date, 'infinity')
                )
        )
    end as users
)
