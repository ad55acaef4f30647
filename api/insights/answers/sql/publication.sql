select
    publications.publication_id,
    to_json(publications.data_as_of at time zone 'UTC') #>> '{}' || 'Z' as data_as_of
from serving.current_publication
inner join serving.publications using (publication_id)
