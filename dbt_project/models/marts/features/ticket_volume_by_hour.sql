{{ config(materialized='lasting_view') }}

-- Read in whole by the training alone; a build pays for the days that it publishes.
with present as (
    select {{ utc_day('as_of') }} as today from {{ ref('int_run__window') }}
    limit 1
),

counted as (
    select
        tickets.created_date as day,
        kept.*,
        array[
            {%- for hour in range(24) %}
            count(*) filter (
                where extract(hour from tickets.created_at at time zone 'UTC') = {{ hour }}
            )::integer
            {{- "," if not loop.last }}
            {%- endfor %}
        ] as tickets_by_hour
    from {{ ref('fct_tickets') }} as tickets
    cross join present
    cross join
        lateral (
            values
            (null, null, null, null::bigint, null),
            (tickets.department, null, null, null, null),
            (null, tickets.category, null, null, null),
            (null, null, tickets.sub_category, null, null),
            (null, null, null, tickets.workflow_id, null),
            (null, null, null, null, tickets.priority)
        ) as kept (department, category, sub_category, workflow_id, priority)
    where tickets.created_date >= present.today - 182
    group by
        tickets.created_date,
        kept.department,
        kept.category,
        kept.sub_category,
        kept.workflow_id,
        kept.priority
)

select
    serving.series_key(department, category, sub_category, workflow_id, priority) as series_key,
    day,
    tickets_by_hour
from counted
