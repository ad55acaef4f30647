-- Fewer tickets than usual is as unusual as more; who has less to do, or less to worry about, is not.
select
    baselines.day,
    baselines.metric,
    baselines.dimension as dimension_key,
    coalesce(people.full_name, baselines.dimension) as dimension,
    baselines.user_id,
    baselines.counted as value,
    baselines.expected,
    baselines.spread,
    (baselines.counted - baselines.expected) / baselines.spread as deviation,
    baselines.baseline_days
from {{ ref('int_operational__baselines') }} as baselines
left join {{ ref('int_work__people') }} as people on baselines.user_id = people.user_id
where
    baselines.is_complete
    and abs(baselines.counted - baselines.expected) >= 1
    and (
        baselines.counted >= baselines.expected + 2 * baselines.spread
        or (
            baselines.metric in ('volume', 'category')
            and baselines.counted <= baselines.expected - 2 * baselines.spread
        )
    )
