{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=["set local work_mem = '128MB'", "{{ forget_changed_durations('month') }}"]
) }}

-- depends_on: {{ ref('int_changes__first_day') }}
{% set changed = ref('int_durations__changed') %}
{{ mergeable_histogram(
    ref('int_durations__day_buckets'),
    kept=this if is_incremental() else none,
    changed=changed if is_incremental() else none
) }}
