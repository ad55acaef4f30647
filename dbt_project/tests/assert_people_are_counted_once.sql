-- The dashboard would show more or fewer people than there are: the running count of the cube must end
-- at the number of people seen.
{{ config(meta={'dagster': {'ref': {'name': 'ticket_cube'}}}) }}

with people as (
    select
        series_key,
        count(distinct user_id) as users
    from {{ ref('int_series__user_days') }}
    where series_key = serving.series_key(null, null, null, null, null)
    group by series_key
)

select people.series_key
from people
inner join {{ ref('ticket_cube') }} as cube on people.series_key = cube.series_key
group by people.series_key, people.users
having people.users <> max(cube.users)
