with series as (
    select distinct
        series_key,
        kept,
        {{ work_dimensions() | join(', ') }}
    from {{ ref('int_work__members') }}
)

select
    series.series_key,
    series.kept,
    series.department,
    series.category,
    series.sub_category,
    series.workflow_id,
    workflows.workflow_name,
    series.step_id,
    steps.step_name,
    series.priority,
    series.role,
    series.user_id,
    people.full_name as user_name,
    series.source
from series
left join {{ ref('dim_workflows') }} as workflows on series.workflow_id = workflows.workflow_id
left join {{ ref('stg_ops__steps') }} as steps on series.step_id = steps.step_id
left join {{ ref('int_work__people') }} as people on series.user_id = people.user_id
