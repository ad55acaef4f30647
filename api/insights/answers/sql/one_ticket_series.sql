select serving.series_key(
    :department::text, :category::text, :sub_category::text, :workflow_id::bigint, :priority::text
) as series_key
