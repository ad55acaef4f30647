select
    steps.step_id,
    steps.workflow_id,
    workflows.workflow_name,
    steps.step_name,
    roles.role_name,
    steps.sort_order,
    steps.is_start,
    steps.is_end,
    steps.deleted_at is not null as is_removed
from {{ ref('stg_ops__steps') }} as steps
inner join {{ ref('stg_ops__workflows') }} as workflows on steps.workflow_id = workflows.workflow_id
inner join {{ ref('stg_ops__roles') }} as roles on steps.role_id = roles.role_id
