with pairs as materialized (
    select series.category, series.sub_category, counted.count
    from {{ pair_groups }} as series
    cross join lateral {{ snapshot_count }} as counted
    where counted.count > 0
),
total as materialized (
    select coalesce(sum(pairs.count), 0)::bigint as count from pairs
),
categories as materialized (
    select pairs.category, sum(pairs.count)::bigint as count from pairs
    group by pairs.category
)
select json_build_object(
    {{ head }},
    'total_tickets', total.count,
    'by_category', (
        select coalesce(json_agg(
            json_build_object(
                'category', categories.category,
                'count', categories.count,
                'percentage', round(100.0 * categories.count / total.count, 2)
            )
            order by categories.count desc, categories.category
        ), '[]')
        from categories
    ),
    'by_sub_category', (
        select coalesce(json_agg(
            json_build_object(
                'sub_category', part.sub_category,
                'count', part.count,
                'percentage', round(100.0 * part.count / total.count, 2)
            )
            order by part.count desc, part.sub_category
        ), '[]')
        from (
            select pairs.sub_category, sum(pairs.count)::bigint as count from pairs
            group by pairs.sub_category
        ) as part
    ),
    'by_department', (
        select coalesce(json_agg(
            json_build_object(
                'department', series.department,
                'count', counted.count,
                'percentage', round(100.0 * counted.count / total.count, 2)
            )
            order by counted.count desc, series.department
        ), '[]')
        from {{ department_groups }} as series
        cross join lateral {{ snapshot_count }} as counted
        where counted.count > 0
    ),
    'hierarchical', (
        select coalesce(json_agg(
            json_build_object(
                'category', categories.category,
                'total', categories.count,
                'sub_categories', (
                    select json_agg(
                        json_build_object('name', pairs.sub_category, 'count', pairs.count)
                        order by pairs.count desc, pairs.sub_category
                    )
                    from pairs
                    where pairs.category = categories.category
                )
            )
            order by categories.count desc, categories.category
        ), '[]')
        from categories
    )
)
from total
