serving.work_key(
    :department::text, :category::text, :sub_category::text, :workflow_id::bigint, :step_id::bigint,
    :priority::text, :role::text, :user_id::bigint, :source::text
)
