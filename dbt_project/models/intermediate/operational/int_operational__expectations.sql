{{ config(materialized='refilled', unlogged=true) }}

-- A forecast knows season and trend, the weekday does not: it stands in where nothing was forecast. What a
-- holiday should bring neither of them can tell.
with chosen as (
    select
        baselines.metric,
        baselines.dimension,
        baselines.user_id,
        baselines.day,
        baselines.counted,
        baselines.is_complete,
        baselines.is_holiday,
        baselines.baseline_days,
        case when forecasts.predicted is null then 'weekday_median' else 'forecast' end as method,
        case
            when not baselines.is_holiday then coalesce(forecasts.predicted, baselines.expected)
        end as expected,
        coalesce(forecasts.spread, baselines.spread) as spread
    from {{ ref('int_operational__baselines') }} as baselines
    left join {{ ref('int_operational__forecasts') }} as forecasts using (metric, dimension, day)
)

select
    metric,
    dimension,
    user_id,
    day,
    counted,
    is_complete,
    is_holiday,
    baseline_days,
    case when expected is not null then method end as method,
    expected,
    -- Few days say little about their spread: it is never taken for less than chance alone makes of a count
    -- of that size.
    case when expected is not null then greatest(spread, sqrt(greatest(expected, 1))) end as spread
from chosen
