-- Every row of a list, one by one, as a page would render it.
select row_to_json(result)::text as row
from (
    select {{ columns }}
    from {{ source }}
    cross join (
        select
            publications.data_as_of,
            {{ judged_at }} as judged_at
        from serving.current_publication
        inner join serving.publications using (publication_id)
    ) as published
    where
        {{ conditions }}
    order by {{ order }}
) as result
