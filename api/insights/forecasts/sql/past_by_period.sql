bounds as (
    select
        case when date_trunc(:granularity::text, earliest) = earliest then earliest else
            date_trunc(:granularity::text, earliest) + ('1 ' || :granularity::text)::interval
        end::date as first_day,
        -- The day, week or month that data_as_of lies in is not over and is left out.
        date_trunc(:granularity::text, published.as_of_day::timestamp)::date - 1 as last_day
    from (select published.as_of_day::timestamp - make_interval(days => :history_days::integer) as earliest)
        as history
),
{{ flow }}
