{{ config(materialized='lasting_view') }}

-- Read by whoever trains or scores, for the tickets they need: a build does not pay for it.
with tickets as materialized (
    select
        tickets.*,
        tasks.calendar_revision_id,
        tasks.sla_started_at,
        tasks.allowed_seconds,
        coalesce(tickets.resolved_at, tickets.cancelled_at) as ended_at
    from {{ ref('fct_tickets') }} as tickets
    inner join {{ ref('stg_ops__tasks') }} as tasks on tickets.task_id = tasks.task_id
    where tickets.is_open or tickets.created_at > tickets.as_of - interval '365 days'
),

-- Between its events a ticket is looked at once a day, and when it is scored: silence tells something too.
looks as (
    select
        tickets.task_id,
        looks.looked_at
    from tickets
    cross join lateral (
        select tickets.created_at + numbers.number * interval '1 day' as looked_at
        from generate_series(1, 30) as numbers (number)
        where
            tickets.created_at + numbers.number * interval '1 day'
            < coalesce(tickets.ended_at, tickets.as_of)
        union all
        select tickets.as_of
        where tickets.is_open
    ) as looks
),

happened as (
    select
        events.task_id,
        events.occurred_at,
        events.task_event_id as position,
        events.kind,
        events.to_status,
        events.to_step_id,
        events.actor_user_id,
        case when events.kind = 'assigned' then events.actor_user_id end as assignee_user_id
    from {{ ref('stg_ops__task_events') }} as events
    inner join tickets on events.task_id = tickets.task_id
    union all
    select looks.task_id, looks.looked_at, null, 'looked_at', null, null, null, null
    from looks
),

numbered as (
    select
        happened.*,
        count(position) over in_order as event_number,
        count(assignee_user_id) over in_order as assignment_number,
        row_number() over in_order as row_number
    from happened
    window in_order as (partition by task_id order by occurred_at, position nulls last)
),

-- A look has what the event before it left.
carried as (
    select
        task_id,
        occurred_at,
        kind,
        row_number,
        max(to_status) over since_event as status,
        max(to_step_id) over since_event as step_id,
        max(actor_user_id) over since_event as actor_user_id,
        max(assignee_user_id) over (partition by task_id, assignment_number) as assignee_user_id
    from numbered
    window since_event as (partition by task_id, event_number)
),

-- Materialized, so that the calendar is looked up once per row rather than wherever its answer is used.
clocked as materialized (
    select
        carried.*,
        tickets.ticket_id,
        tickets.created_at,
        tickets.workflow_id,
        tickets.workflow_name,
        tickets.department,
        tickets.category,
        tickets.sub_category,
        tickets.priority,
        tickets.allowed_seconds,
        {{ worked_until('tickets.calendar_revision_id', 'carried.occurred_at') }} as worked,
        {{ worked_until('tickets.calendar_revision_id', 'tickets.sla_started_at') }} as worked_at_start
    from carried
    inner join tickets on carried.task_id = tickets.task_id
),

held as (
    select
        clocked.*,
        case
            when lag(clocked.status) over in_order = 'on_hold'
                then clocked.worked - lag(clocked.worked) over in_order
            else 0
        end as held
    from clocked
    window in_order as (partition by clocked.task_id order by clocked.row_number)
),

-- What a change of the ticket replaced is what was true until then. Apart from one another, so that each is
-- joined by hash rather than looked through for every row.
{% for what in ['priority', 'category'] %}
earlier_{{ what }} as (
    select
        ticket_id,
        from_value,
        lag(occurred_at, 1, '-infinity') over in_order as since,
        occurred_at as until
    from {{ ref('stg_ops__ticket_events') }}
    where kind = '{{ what }}_changed'
    window in_order as (partition by ticket_id order by occurred_at, ticket_event_id)
),

{% endfor %}
-- What the clock might count before a change of priority is not kept: what such tickets are allowed stands
-- in, since an empty value would tell that the priority is going to change.
allowed as (
    select
        workflow_id,
        priority,
        percentile_disc(0.5) within group (order by allowed_seconds) as allowed_seconds
    from tickets
    where allowed_seconds is not null
    group by workflow_id, priority
),

ends as (
    select
        workflow_id,
        max(sort_order) as last_sort_order
    from {{ ref('stg_ops__steps') }}
    group by workflow_id
)

select
    held.task_id,
    held.row_number::integer as row_number,
    held.occurred_at,
    held.created_at,
    held.kind,
    case when held.status in ('completed', 'cancelled', 'on_hold') then held.status else steps.step_name end
        as status,
    steps.step_name,
    roles.role_name as group_name,
    held.assignee_user_id,
    held.actor_user_id,
    coalesce(earlier_priority.from_value, held.priority) as priority,
    coalesce(earlier_category.from_value, held.category) as category,
    held.sub_category,
    held.department,
    held.workflow_name,
    ends.last_sort_order - steps.sort_order as remaining_steps,
    (greatest(
        held.worked - held.worked_at_start
        - sum(held.held) over (partition by held.task_id order by held.row_number),
        0
    ) / 3600)::double precision as clock_hours,
    (case
        when earlier_priority.from_value is null then held.allowed_seconds
        else coalesce(allowed.allowed_seconds, held.allowed_seconds)
    end / 3600)::double precision as target_hours
from held
left join {{ ref('stg_ops__steps') }} as steps on held.step_id = steps.step_id
left join {{ ref('stg_ops__roles') }} as roles on steps.role_id = roles.role_id
left join ends on held.workflow_id = ends.workflow_id
left join earlier_priority
    on
        held.ticket_id = earlier_priority.ticket_id
        and held.occurred_at >= earlier_priority.since
        and held.occurred_at < earlier_priority.until
left join earlier_category
    on
        held.ticket_id = earlier_category.ticket_id
        and held.occurred_at >= earlier_category.since
        and held.occurred_at < earlier_category.until
left join allowed
    on held.workflow_id = allowed.workflow_id and earlier_priority.from_value = allowed.priority
