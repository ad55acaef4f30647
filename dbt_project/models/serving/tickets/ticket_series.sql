select distinct
    members.series_key,
    members.department,
    members.category,
    members.sub_category,
    members.workflow_id,
    workflows.workflow_name,
    members.priority
from {{ ref('int_series__members') }} as members
left join {{ ref('dim_workflows') }} as workflows on members.workflow_id = workflows.workflow_id
