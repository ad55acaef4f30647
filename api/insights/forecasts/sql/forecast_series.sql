select jsonb_strip_nulls(jsonb_build_object(
    'department', department,
    'category', category,
    'sub_category', sub_category,
    'workflow_id', workflow_id,
    'priority', priority
))::text as filters
from serving.forecast_series
order by num_nulls(department, category, sub_category, workflow_id, priority) desc, 1
