select 1 as sign, least(:end_date::date, (:as_of::timestamptz at time zone 'UTC')::date) as last_day
union all
select -1, least(:start_date::date - 1, (:as_of::timestamptz at time zone 'UTC')::date)
where :start_date::date is not null
