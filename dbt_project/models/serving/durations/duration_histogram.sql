{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=["set local work_mem = '128MB'", "{{ forget_since_first_change('month', month=true) }}"]
) }}

-- depends_on: {{ ref('int_changes__first_day') }}
{{ mergeable_histogram(ref('int_durations__day_buckets'), this if is_incremental() else none) }}
