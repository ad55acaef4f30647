-- The number once more, from the rows themselves.
select {{ aggregate }} as value
from {{ table }} as counted
where
    {{ conditions }}
