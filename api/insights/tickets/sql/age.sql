select json_build_object(
    {{ head }},
    {{ told_instant }},
    'scope', :scope::text,
    'total_tickets', sum(part.count),
    'ticket_age', json_agg(
        json_build_object(
            'age_bucket', part.age_bucket,
            'count', part.count,
            'percentage', round(100.0 * part.count / nullif(part.total, 0), 2)
        )
        order by part.position
    )
)
from (
    select bracket.*, sum(bracket.count) over () as total
    from {{ measures }} as measured
    cross join lateral (
        select
            position,
            age_bucket,
            case when :scope::text = 'open' then open_count else count_of_all end as count
        from (
            values
            (1, '0-1 days', measured.open_age_0_1, measured.age_0_1),
            (2, '1-7 days', measured.open_age_1_7, measured.age_1_7),
            (3, '7-30 days', measured.open_age_7_30, measured.age_7_30),
            (4, '30-90 days', measured.open_age_30_90, measured.age_30_90),
            (5, '90+ days', measured.open_age_90_plus, measured.age_90_plus)
        ) as known (position, age_bucket, open_count, count_of_all)
    ) as bracket
) as part
