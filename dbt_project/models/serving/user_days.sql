{{ config(pre_hook="set local work_mem = '128MB'") }}

select
    series_key,
    user_id,
    day,
    lag(day) over (partition by series_key, user_id order by day) as previous_day
from {{ ref('int_series__user_days') }}
