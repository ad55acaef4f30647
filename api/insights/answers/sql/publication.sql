select
    publications.publication_id,
    to_json(publications.data_as_of at time zone 'UTC') #>> '{}' || 'Z' as data_as_of,
    (
        select count(distinct coalesce(aside.ticket_id, -aside.row_id)) from serving.quarantined_rows as aside
    ) as set_aside
from serving.current_publication
inner join serving.publications using (publication_id)
