with published as materialized (
    select
        publication_id,
        data_as_of,
        {{ judged_at }} as judged_at,
        (data_as_of at time zone 'UTC')::date as as_of_day
    from serving.current_publication
    join serving.publications using (publication_id)
    limit 1
),
series as materialized (
    {{ series }}
)
select
    published.publication_id,
    to_json(published.data_as_of at time zone 'UTC') #>> '{}' || 'Z' as data_as_of,
    ({{ set_aside }}) as set_aside,
    -- The reader who already holds this publication's answer is spared its making.
    case when published.publication_id is distinct from :known_publication::bigint then convert_to((
        {{ answer }}
    )::text, 'UTF8') end as body
from published
cross join series
