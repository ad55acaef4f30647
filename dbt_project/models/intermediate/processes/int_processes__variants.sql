{{ config(materialized='refilled', unlogged=true, post_hook='analyze {{ this }}') }}

with grouped as (
    select
        workflow_id,
        variant_id,
        min(step_ids) as step_ids,
        count(*)::integer as tickets,
        count(resolution_seconds)::integer as resolutions,
        coalesce(sum(resolution_seconds), 0)::bigint as resolution_seconds,
        {{ median_of('resolution_seconds') }} as median_seconds,
        {{ ninetieth_of('resolution_seconds') }} as p90_seconds
    from {{ ref('fct_process_cases') }}
    where variant_id is not null
    group by workflow_id, variant_id
),

judged as (
    select
        *,
        exists (
            select from {{ ref('int_processes__designed_steps') }} as first_steps
            where
                first_steps.workflow_id = grouped.workflow_id
                and first_steps.step_id = grouped.step_ids[1]
                and first_steps.is_start
        )
        and exists (
            select from {{ ref('int_processes__designed_steps') }} as last_steps
            where
                last_steps.workflow_id = grouped.workflow_id
                and last_steps.step_id = grouped.step_ids[cardinality(grouped.step_ids)]
                and last_steps.is_end
        )
        and not exists (
            select from generate_series(2, cardinality(grouped.step_ids)) as places (place)
            where not exists (
                select from {{ ref('int_processes__designed_moves') }} as moves
                where
                    moves.workflow_id = grouped.workflow_id
                    and moves.from_step_id = grouped.step_ids[places.place - 1]
                    and moves.to_step_id = grouped.step_ids[places.place]
            )
        ) as is_designed,
        (
            select count(*) > count(distinct visited.step_id)
            from unnest(grouped.step_ids) as visited (step_id)
        ) as is_reworked
    from grouped
)

select
    workflow_id,
    (row_number() over (
        partition by workflow_id order by tickets desc, cardinality(step_ids) asc, step_ids asc
    ))::integer as position,
    variant_id,
    step_ids,
    tickets,
    resolutions,
    resolution_seconds,
    median_seconds,
    p90_seconds,
    is_designed,
    coalesce(is_designed and not is_reworked and row_number() over (
        partition by workflow_id, is_designed and not is_reworked
        order by tickets desc, cardinality(step_ids) asc, step_ids asc
    ) = 1, false) as is_happy_path
from judged
