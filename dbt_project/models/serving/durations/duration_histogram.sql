{{ config(pre_hook="set local work_mem = '128MB'") }}

{{ mergeable_histogram(ref('int_durations__day_buckets')) }}
