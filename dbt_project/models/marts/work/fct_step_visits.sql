-- A visit begins when a task enters a step and ends when it leaves it, is completed or cancelled.
with positioned as (
    select
        *,
        row_number() over (partition by task_id order by occurred_at, task_event_id) as position
    from {{ ref('stg_ops__task_events') }}
    where
        kind in ('created', 'transitioned', 'reopened', 'completed', 'cancelled')
        and occurred_at <= (select run_window.as_of from {{ ref('int_run__window') }} as run_window)
),

told as (
    select
        *,
        coalesce(max(position) filter (where kind in ('completed', 'cancelled')) over earlier, 0)
        > coalesce(max(position) filter (where kind in ('created', 'reopened')) over earlier, 0) as is_over
    from positioned
    window earlier as (
        partition by task_id order by position rows between unbounded preceding and 1 preceding
    )
),

-- Logs go on when the work is over: a move then is no visit, and a second ending ends nothing.
events as (
    select
        *,
        lead(kind) over in_order as next_kind,
        lead(to_step_id) over in_order as next_step_id,
        lead(occurred_at) over in_order as next_at
    from told
    where is_over = (kind = 'reopened')
    window in_order as (partition by task_id order by position)
),

visits as (
    select
        *,
        row_number() over (partition by task_id order by position) as visit_number
    from events
    where kind in ('created', 'transitioned', 'reopened') and to_step_id is not null
)

select
    -- ids
    visits.task_event_id as visit_id,
    visits.task_id,
    visits.visit_number::integer as visit_number,
    tickets.workflow_id,
    visits.to_step_id as step_id,
    case when visits.next_kind = 'transitioned' then visits.next_step_id end as next_step_id,

    -- attributes
    tickets.ticket_number,
    tickets.subject,
    tickets.department,
    tickets.category,
    tickets.sub_category,
    tickets.workflow_name,
    steps.step_name,
    tickets.priority,
    roles.role_name,
    tickets.source,
    case
        when visits.next_kind is null then 'open'
        when visits.next_kind <> 'transitioned' then visits.next_kind
        when next_steps.sort_order < steps.sort_order then 'backward'
        else 'forward'
    end as direction,

    -- instants
    visits.occurred_at as entered_at,
    {{ utc_day('visits.occurred_at') }} as entered_date,
    visits.next_at as left_at,

    -- durations
    floor(extract(epoch from visits.next_at - visits.occurred_at))::bigint as visit_seconds
from visits
inner join {{ ref('fct_tickets') }} as tickets on visits.task_id = tickets.task_id
inner join {{ ref('stg_ops__steps') }} as steps on visits.to_step_id = steps.step_id
inner join {{ ref('stg_ops__roles') }} as roles on steps.role_id = roles.role_id
left join {{ ref('stg_ops__steps') }} as next_steps on visits.next_step_id = next_steps.step_id
