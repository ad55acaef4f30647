-- The same of an instant in the past: the numbers of today, corrected for the tickets that counted otherwise then.
with published as materialized (
    select
        publications.publication_id,
        publications.data_as_of,
        :as_of::timestamptz as judged_at,
        (:as_of::timestamptz at time zone 'UTC')::date as as_of_day
    from serving.current_publication
    join serving.publications using (publication_id)
    limit 1
),
series as materialized (
    {{ series }}
),
moved as materialized (
    {{ moved }}
),
{{ corrections }}
select
    published.publication_id,
    to_json(published.data_as_of at time zone 'UTC') #>> '{}' || 'Z' as data_as_of,
    ({{ set_aside }}) as set_aside,
    case when published.publication_id is distinct from :known_publication::bigint then convert_to((
        {{ answer }}
    )::text, 'UTF8') end as body
from published
cross join series
