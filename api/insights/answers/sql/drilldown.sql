select json_build_object(
    'count', counted.count,
    'next', case when :offset::bigint + :page_size::bigint < counted.count then :next_url::text end,
    'previous', :previous_url::text,
    'results', (
        select coalesce(json_agg(row_to_json(result)), '[]')
        from (
            select {{ columns }}
            from {{ source }}
            where
                {{ conditions }}
            order by {{ order }}
            limit :page_size::bigint
            offset page.skipped
        ) as result
    ),
    'filters', :filters::json,
    {{ extras }}
    {{ head }}
)
from {{ count }} as counted
cross join lateral {{ window }} as page
where :offset::bigint = 0 or :offset::bigint < counted.count
