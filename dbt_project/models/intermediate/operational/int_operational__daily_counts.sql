{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

-- What is counted by day, for as many days as are judged and their baselines need; quiet days are absent.
with run_window as (
    select
        {{ utc_day('as_of') }} - {{ anomaly_counted_days() }} as first_day
    from {{ ref('int_run__window') }}
),

tickets as (
    select tickets.*
    from {{ ref('fct_tickets') }} as tickets
    inner join run_window on tickets.created_date >= run_window.first_day
),

items as (
    select items.*
    from {{ ref('fct_task_items') }} as items
    inner join run_window on items.assigned_date >= run_window.first_day
)

select
    'volume' as metric,
    '' as dimension,
    null::bigint as user_id,
    created_date as day,
    count(*) as counted
from tickets
group by created_date
union all
select
    'category' as metric,
    category as dimension,
    null::bigint as user_id,
    created_date as day,
    count(*) as counted
from tickets
group by category, created_date
union all
select
    'user' as metric,
    user_id::text as dimension,
    user_id,
    assigned_date as day,
    count(*) as counted
from items
group by user_id, assigned_date
union all
select
    'escalation' as metric,
    '' as dimension,
    null::bigint as user_id,
    assigned_date as day,
    count(*) as counted
from items
where origin = 'Escalation'
group by assigned_date
union all
select
    'stale' as metric,
    '' as dimension,
    null::bigint as user_id,
    day,
    count(*) as counted
from {{ ref('int_operational__stale_starts') }}
group by day
