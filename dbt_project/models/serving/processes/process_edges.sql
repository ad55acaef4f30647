with moves as (
    select
        workflow_id,
        step_id as from_step_id,
        next_step_id as to_step_id,
        count(*)::integer as moves,
        sum(move_seconds)::bigint as move_seconds,
        {{ median_of('move_seconds') }} as median_seconds,
        {{ ninetieth_of('move_seconds') }} as p90_seconds,
        {{ median_of('move_business_seconds') }} as median_business_seconds,
        {{ ninetieth_of('move_business_seconds') }} as p90_business_seconds
    from {{ ref('fct_process_visits') }}
    where next_step_id is not null
    group by workflow_id, step_id, next_step_id
),

returns as (
    select
        workflow_id,
        previous_step_id as from_step_id,
        step_id as to_step_id,
        count(*)::integer as repeated
    from {{ ref('fct_process_visits') }}
    where is_repeated
    group by workflow_id, previous_step_id, step_id
),

designed as (
    select
        workflow_id,
        from_step_id,
        to_step_id,
        true as is_designed
    from {{ ref('int_processes__designed_moves') }}
),

joined as (
    select
        workflow_id,
        from_step_id,
        to_step_id,
        coalesce(designed.is_designed, false) as is_designed,
        coalesce(moves.moves, 0) as moves,
        coalesce(returns.repeated, 0) as repeated,
        coalesce(moves.move_seconds, 0) as move_seconds,
        moves.median_seconds,
        moves.p90_seconds,
        moves.median_business_seconds,
        moves.p90_business_seconds
    from moves
    full join designed using (workflow_id, from_step_id, to_step_id)
    left join returns using (workflow_id, from_step_id, to_step_id)
)

select
    joined.workflow_id,
    joined.from_step_id,
    joined.to_step_id,
    from_steps.step_name as from_step_name,
    to_steps.step_name as to_step_name,
    joined.is_designed,
    to_steps.sort_order < from_steps.sort_order as is_backward,
    joined.moves,
    joined.repeated,
    joined.move_seconds,
    joined.median_seconds,
    joined.p90_seconds,
    joined.median_business_seconds,
    joined.p90_business_seconds
from joined
inner join {{ ref('stg_ops__steps') }} as from_steps on joined.from_step_id = from_steps.step_id
inner join {{ ref('stg_ops__steps') }} as to_steps on joined.to_step_id = to_steps.step_id
