select array[serving.snapshot_key(
    {{ kept }}, :department::text, :category::text, :sub_category::text, :priority::text, null
)] as series_keys
