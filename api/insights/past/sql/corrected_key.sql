serving.series_key(
    {{ key_department }}, {{ key_category }}, :sub_category::text, {{ key_workflow_id }}, {{ key_priority }}
)
