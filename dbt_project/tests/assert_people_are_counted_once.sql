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
inner join {{ ref('ticket_cube') }} as cube on people.series_key = cube.series_key
group by people.series_key, people.users
having people.users <> max(cube.users)
