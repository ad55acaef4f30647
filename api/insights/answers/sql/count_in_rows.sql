-- The cube does not cross these filters: the rows of the index are counted.
(
    select count(*) from {{ source }}
    where
        {{ conditions }}
)
