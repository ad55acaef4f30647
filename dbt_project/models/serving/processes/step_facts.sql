with visits as (
    select
        step_id,
        count(*)::integer as visits,
        count(*) filter (where direction = 'open')::integer as visits_open,
        count(*) filter (where is_repeated)::integer as visits_repeated,
        count(*) filter (where direction = 'backward')::integer as visits_rejected,
        count(distinct task_id)::integer as tickets,
        count(*) filter (where next_step_id is null)::integer as tickets_last,
        coalesce(sum(visit_seconds), 0)::bigint as visit_seconds,
        {{ median_of('visit_seconds') }} as median_seconds,
        {{ ninetieth_of('visit_seconds') }} as p90_seconds,
        {{ median_of('business_seconds') }} as median_business_seconds,
        {{ ninetieth_of('business_seconds') }} as p90_business_seconds
    from {{ ref('fct_process_visits') }}
    group by step_id
),

passed as (
    select
        step_id,
        count(distinct task_id)::integer as tickets
    from {{ ref('fct_process_cases') }}
    cross join unnest(step_ids) as visited (step_id)
    where variant_id is not null
    group by step_id
),

completed as (
    select
        workflow_id,
        sum(tickets)::integer as tickets
    from {{ ref('int_processes__variants') }}
    group by workflow_id
)

select
    steps.step_id,
    steps.step_name,
    steps.workflow_id,
    workflows.workflow_name,
    roles.role_name as role,
    steps.sort_order::integer as position,
    designed.step_id is not null as is_designed,
    coalesce(designed.is_start, false) as is_start,
    coalesce(designed.is_end, false) as is_end,
    coalesce(visits.visits, 0) as visits,
    coalesce(visits.visits_open, 0) as visits_open,
    coalesce(visits.visits_repeated, 0) as visits_repeated,
    coalesce(visits.visits_rejected, 0) as visits_rejected,
    coalesce(visits.tickets, 0) as tickets,
    coalesce(visits.tickets_last, 0) as tickets_last,
    coalesce(completed.tickets, 0) - coalesce(passed.tickets, 0) as skipped,
    coalesce(visits.visit_seconds, 0) as visit_seconds,
    visits.median_seconds,
    visits.p90_seconds,
    visits.median_business_seconds,
    visits.p90_business_seconds
from {{ ref('stg_ops__steps') }} as steps
inner join {{ ref('dim_workflows') }} as workflows on steps.workflow_id = workflows.workflow_id
inner join {{ ref('stg_ops__roles') }} as roles on steps.role_id = roles.role_id
left join {{ ref('int_processes__designed_steps') }} as designed on steps.step_id = designed.step_id
left join visits on steps.step_id = visits.step_id
left join passed on steps.step_id = passed.step_id
left join completed on steps.workflow_id = completed.workflow_id
where designed.step_id is not null or visits.step_id is not null
