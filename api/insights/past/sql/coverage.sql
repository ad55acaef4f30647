-- Of which instants something can be told; without a ticket there is no first one.
select
    publications.data_as_of as until,
    (select min(ticket_rows.created_at) from serving.ticket_rows) as since
from serving.current_publication
inner join serving.publications using (publication_id)
