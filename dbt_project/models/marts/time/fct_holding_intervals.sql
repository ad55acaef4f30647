{{ config(post_hook='analyze {{ this }}') }}

with stretches as (
    select
        held.task_id,
        'person' as held_by,
        held.task_item_id,
        roles.role_name,
        members.user_id,
        held.started_at,
        held.ended_at
    from {{ ref('int_time__held_stretches') }} as held
    inner join {{ ref('stg_ops__role_memberships') }} as members on held.role_user_id = members.role_user_id
    inner join {{ ref('stg_ops__roles') }} as roles on members.role_id = roles.role_id
    union all
    -- A ticket that nobody holds waits in the queue of the role whose step it stands at.
    select
        unheld.task_id,
        case when unheld.is_over then 'nobody' else 'queue' end as held_by,
        null as task_item_id,
        case when not unheld.is_over then visits.role_name end as role_name,
        null as user_id,
        unheld.started_at,
        unheld.ended_at
    from {{ ref('int_time__unheld_stretches') }} as unheld
    left join {{ ref('fct_step_visits') }} as visits
        on
            unheld.task_id = visits.task_id
            and unheld.started_at >= visits.entered_at
            and (visits.left_at is null or unheld.started_at < visits.left_at)
),

-- Materialized, so that the calendar is looked up once per row rather than wherever its answer is used.
placed as materialized (
    select
        stretches.*,
        clocks.is_over,
        clocks.counted_until,
        clocks.age_at_end,
        clocks.business_age_at_end,
        {{ age_seconds('clocks', 'stretches.started_at') }} as age,
        {{ business_age_seconds('clocks', 'stretches.started_at') }} as business_age
    from stretches
    inner join {{ ref('int_time__clocks') }} as clocks on stretches.task_id = clocks.task_id
)

select
    task_id,
    (row_number() over in_order)::integer as interval_number,
    held_by,
    task_item_id,
    role_name,
    user_id,
    started_at,
    case when is_over or ended_at < counted_until then ended_at end as ended_at,
    age as starts_after_seconds,
    business_age as starts_after_business_seconds,
    -- Each stretch ends where the next one begins.
    lead(age, 1, age_at_end) over in_order - age as interval_seconds,
    lead(business_age, 1, business_age_at_end) over in_order - business_age as interval_business_seconds
from placed
window in_order as (partition by task_id order by started_at)
