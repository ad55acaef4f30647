-- The publications that can be asked for, and of these the one that is: by its number, or as the newest one at an
-- instant.
select
    min(publication_id) as oldest,
    to_json(min(published_at) at time zone 'UTC') #>> '{}' || 'Z' as oldest_published_at,
    max(publication_id) as newest,
    to_json(max(published_at) at time zone 'UTC') #>> '{}' || 'Z' as newest_published_at,
    max(publication_id) filter (
        where publication_id = :asked_number::bigint or published_at <= :asked_instant::timestamptz
    ) as found,
    (select publication_id from serving.current_publication) as current,
    coalesce(:asked_instant::timestamptz > now(), false) as is_ahead
from past.publications
inner join serving.publications using (publication_id)
