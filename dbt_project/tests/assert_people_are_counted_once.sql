-- Distinct people would be counted twice in a range if a day's predecessor were not the day before it.
{{ config(meta={'dagster': {'ref': {'name': 'user_days'}}}) }}

with people as (
    select
        series_key,
        count(distinct user_id) as users
    from {{ ref('user_days') }}
    where series_key = serving.series_key(null, null, null, null, null)
    group by series_key
)

select people.series_key
from people
where people.users <> (
    select max(cube.users) from {{ ref('ticket_cube') }} as cube where cube.series_key = people.series_key
)
