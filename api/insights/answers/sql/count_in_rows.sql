-- The cube does not cross these filters: the rows of the index are counted.
(
    select count(*) from serving.ticket_rows as ticket
    where
        {{ conditions }}
)
