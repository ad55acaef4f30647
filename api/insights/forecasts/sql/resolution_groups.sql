-- Tickets created within the window: the resolved ones of each group by bucket of the time they took, holds left
-- out, from the histograms, and those still open by how long they have. The group without a name is all tickets.
span as (
    select
        published.as_of_day - :days::integer + 1 as first_day,
        published.as_of_day as last_day
),
members as (
    select
        ticket_series.series_key,
        case :by::text
            when 'priority' then ticket_series.priority
            when 'category' then ticket_series.category
            when 'department' then ticket_series.department
            else ticket_series.workflow_id::text
        end as member,
        ticket_series.workflow_id,
        ticket_series.workflow_name
    from serving.ticket_series
    where
        num_nonnulls(
            ticket_series.department,
            ticket_series.category,
            ticket_series.sub_category,
            ticket_series.workflow_id,
            ticket_series.priority
        ) = 1
),
asked_of as (
    select members.series_key, members.member from members
    where members.member is not null
    union all
    select series.series_key, null
),
bound (sign, last_day) as (
    select 1, span.last_day from span
    union all
    select -1, span.first_day - 1 from span
),
held_groups as (
    select
        asked_of.series_key,
        asked_of.member,
        unnest(overview.buckets) as bucket_group
    from asked_of
    cross join span
    cross join lateral (
        select buckets from serving.duration_histogram
        where
            duration_histogram.series_key = asked_of.series_key
            and duration_histogram.measure = 'net_resolution'
            and duration_histogram.bucket_group = -1
            and duration_histogram.month <= span.last_day
        order by duration_histogram.month desc
        limit 1
    ) as overview
),
resolved as (
    select entries.member, entries.bucket, sum(entries.samples)::integer as samples
    from (
        select
            holder.member,
            unnest(histogram.buckets[1:histogram.entries]) as bucket,
            bound.sign * unnest(histogram.counts[1:histogram.entries]) as samples
        from (select distinct series_key, member, bucket_group from held_groups) as holder
        cross join bound
        cross join lateral (
            select buckets, counts, width_bucket(bound.last_day, days) as entries
            from serving.duration_histogram
            where
                duration_histogram.series_key = holder.series_key
                and duration_histogram.measure = 'net_resolution'
                and duration_histogram.bucket_group = holder.bucket_group
                and duration_histogram.month <= bound.last_day
            order by duration_histogram.month desc
            limit 1
        ) as histogram
    ) as entries
    group by entries.member, entries.bucket
    having sum(entries.samples) > 0
),
waiting as (
    select open.member, open.bucket, count(*)::integer as samples
    from (
        select
            case :by::text
                when 'priority' then open_tickets.priority
                when 'category' then open_tickets.category
                when 'department' then open_tickets.department
                else open_tickets.workflow_id::text
            end as member,
            case
                when open_tickets.net_age_seconds < 1 then -1
                else floor(ln(open_tickets.net_age_seconds::float8) / ln(1.02::float8))::integer
            end as bucket
        from serving.open_tickets
        cross join span
        where open_tickets.created_at >= span.first_day::timestamp at time zone 'UTC'
    ) as open
    group by grouping sets ((open.member, open.bucket), (open.bucket))
),
-- A group that has resolved fewer than five tells nothing by itself.
groups as materialized (
    select
        sizes.member,
        sizes.member is not null as is_group,
        sizes.member is not null and sizes.resolved < 5 as is_merged
    from (
        select
            either.member,
            coalesce(sum(either.resolved), 0) as resolved
        from (
            select member, samples as resolved from resolved
            union all
            select member, 0 from waiting
            union all
            select null, 0
        ) as either
        group by either.member
    ) as sizes
),
asked as materialized (
    select
        groups.is_group,
        groups.is_merged,
        case when not groups.is_merged then groups.member end as member,
        told.bucket,
        sum(told.resolved)::integer as resolved,
        sum(told.waiting)::integer as waiting
    from groups
    inner join (
        select member, bucket, samples as resolved, 0 as waiting from resolved
        union all
        select member, bucket, 0, samples from waiting
    ) as told on groups.member is not distinct from told.member
    group by 1, 2, 3, 4
),
ranked as (
    select
        asked.*,
        case when bucket < 0 then 0 else power(1.02::double precision, bucket + 0.5::double precision) end as seconds,
        sum(resolved) over in_order as last_rank,
        sum(resolved) over whole as total,
        -- At equal times a resolution comes before a ticket that drops out of sight.
        sum(resolved + waiting) over whole - sum(resolved + waiting) over in_order + resolved + waiting as at_risk
    from asked
    window
        whole as (partition by is_group, is_merged, member),
        in_order as (partition by is_group, is_merged, member order by bucket)
),
survival as (
    select
        ranked.*,
        -- Kaplan and Meier (1958).
        case
            when bool_or(resolved = at_risk) over in_order then 0
            else exp(sum(ln(1 - resolved::double precision / nullif(at_risk, resolved))) over in_order)
        end as surviving
    from ranked
    window in_order as (partition by is_group, is_merged, member order by bucket)
),
steps as (
    select
        survival.*,
        coalesce(lag(surviving) over in_order, 1) * (seconds - coalesce(lag(seconds) over in_order, 0)) as lived
    from survival
    window in_order as (partition by is_group, is_merged, member order by bucket)
),
figures as materialized (
    select
        is_group,
        is_merged,
        member,
        sum(resolved)::integer as resolved,
        sum(waiting)::integer as waiting,
        sum(resolved * seconds) / nullif(sum(resolved), 0) as mean,
        sqrt(greatest(
            sum(resolved * seconds ^ 2) / nullif(sum(resolved), 0)
            - (sum(resolved * seconds) / nullif(sum(resolved), 0)) ^ 2,
            0
        )) as deviation,
        min(seconds) filter (where resolved > 0) as least,
        max(seconds) filter (where resolved > 0) as greatest,
        min(seconds) filter (where resolved > 0 and last_rank >= (total + 3) / 4) as p25,
        avg(seconds) filter (
            where resolved > 0 and last_rank >= (total + 1) / 2 and last_rank - resolved < total / 2 + 1
        ) as median,
        min(seconds) filter (where resolved > 0 and last_rank >= (3 * total + 3) / 4) as p75,
        min(seconds) filter (where resolved > 0 and last_rank >= (9 * total + 9) / 10) as p90,
        min(seconds) filter (where resolved > 0 and last_rank >= (total + 9) / 10) as p10,
        min(seconds) filter (where surviving <= 0.5 + 1e-9) as expected_median,
        sum(lived) as expected_mean
    from steps
    group by is_group, is_merged, member
)
