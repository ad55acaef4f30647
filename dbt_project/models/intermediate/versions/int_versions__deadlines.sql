{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

with stretches as (
    select
        stretches.*,
        tasks.ticket_id,
        tasks.workflow_id,
        tasks.created_at,
        tasks.sla_source,
        tasks.sla_started_at,
        tasks.calendar_revision_id,
        tasks.at_risk_at,
        tasks.critical_at,
        tasks.target_resolution_at,
        tasks.allowed_seconds,
        tasks.hold_seconds
    from {{ ref('int_versions__stretches') }} as stretches
    inner join {{ ref('int_versions__tasks') }} as tasks on stretches.task_id = tasks.task_id
),

-- What a later pause moved is moved back by it.
by_present_policy as (
    select
        task_id,
        started_at,
        sla_source,
        {{ moved_back('stretches', 'at_risk_at') }} as at_risk_at,
        {{ moved_back('stretches', 'critical_at') }} as critical_at,
        {{ moved_back('stretches', 'target_resolution_at') }} as target_resolution_at
    from stretches
    where is_last_priority or sla_source = 'recorded'
),

-- Before a change of priority the policy of the earlier one counted: the one in force at the creation, or at
-- the change that had brought that priority.
earlier as (
    select
        stretches.*,
        coalesce(told.to_value, following.from_value) as priority,
        greatest(coalesce(told.occurred_at, stretches.created_at), stretches.created_at) as promised_at,
        -- From which part of its time on a ticket is at risk is a setting: as the present deadlines have it.
        coalesce({{ share_of_allowed('stretches', 'at_risk_at') }}, 0.8) as at_risk_share,
        coalesce({{ share_of_allowed('stretches', 'critical_at') }}, 0.9) as critical_share
    from stretches
    left join {{ ref('int_versions__priorities') }} as told
        on stretches.priority_event_id = told.ticket_event_id
    cross join
        lateral (
            select events.from_value
            from {{ ref('int_versions__priorities') }} as events
            where events.ticket_id = stretches.ticket_id
            order by events.occurred_at, events.ticket_event_id
            limit 1
        ) as following
    where not stretches.is_last_priority and stretches.sla_source <> 'recorded'
),

promised as (
    select
        earlier.*,
        policies.allowed_seconds as promised_seconds,
        policies.calendar_revision_id as promised_by,
        coalesce(held.held_seconds, 0) as held_seconds
    from earlier
    left join lateral (
        -- Before the first policy, the first one.
        select
            policies.allowed_seconds,
            policies.calendar_revision_id
        from {{ ref('int_versions__policies') }} as policies
        where policies.workflow_id = earlier.workflow_id and policies.priority = earlier.priority
        order by
            policies.effective_at <= earlier.promised_at desc,
            abs(extract(epoch from policies.effective_at - earlier.promised_at)) asc,
            policies.sla_policy_id desc
        limit 1
    ) as policies on true
    left join lateral (
        select
            sum(
                ops.working_seconds(policies.calendar_revision_id, pauses.started_at, pauses.ended_at)
            ) as held_seconds
        from {{ ref('int_lives__statuses') }} as pauses
        where
            pauses.task_id = earlier.task_id
            and pauses.status in ('on_hold', 'completed', 'cancelled')
            and pauses.ended_at <= earlier.started_at
    ) as held on true
)

select * from by_present_policy
union all
select
    task_id,
    started_at,
    case when promised_seconds is null then 'none' else 'policy' end as sla_source,
    {{ promised_deadline('promised', 'at_risk_share') }} as at_risk_at,
    {{ promised_deadline('promised', 'critical_share') }} as critical_at,
    {{ promised_deadline('promised', '1') }} as target_resolution_at
from promised
