-- Fewer tickets than usual is as unusual as more; who has less to do, or less to worry about, is not.
select
    expectations.day,
    expectations.metric,
    expectations.dimension as dimension_key,
    coalesce(people.full_name, expectations.dimension) as dimension,
    expectations.user_id,
    expectations.counted as value,
    expectations.method,
    expectations.expected,
    expectations.spread,
    (expectations.counted - expectations.expected) / expectations.spread as deviation,
    expectations.baseline_days
from {{ ref('int_operational__expectations') }} as expectations
left join {{ ref('int_work__people') }} as people on expectations.user_id = people.user_id
where
    expectations.is_complete
    and abs(expectations.counted - expectations.expected) >= 1
    and (
        expectations.counted >= expectations.expected + 2 * expectations.spread
        or (
            expectations.metric in ('volume', 'category')
            and expectations.counted <= expectations.expected - 2 * expectations.spread
        )
    )
