{{ config(materialized='refilled') }}

-- Read before anything else: an event committed later than this has a transaction id at or above the
-- watermark, so it is sure to be seen by this run or to start the next one.
select
    coalesce(nullif('{{ var("as_of") }}', '')::timestamptz, now()) as as_of,
    pg_snapshot_xmin(pg_current_snapshot()) as watermark
