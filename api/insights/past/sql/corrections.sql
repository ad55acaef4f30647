-- Tickets that may have counted otherwise at the instant: they have moved since, are still open, or came later
-- on its day, which the cube's row of that day holds. Each is looked up by its key, and only then filtered.
candidates as materialized (
    select
        ticket.department,
        ticket.category,
        ticket.sub_category,
        ticket.workflow_id,
        ticket.priority,
        ticket.created_at,
        ticket.first_response_at,
        ticket.escalated_at,
        ticket.transferred_at,
        ticket.status,
        ticket.sla_status,
        ticket.is_unassigned,
        ticket.resolution_seconds,
        coalesce(moved.status, ticket.status) as status_then,
        coalesce(moved.sla_status, ticket.sla_status) as sla_status_then,
        coalesce(moved.is_unassigned, ticket.is_unassigned) as is_unassigned_then,
        case when moved.task_id is null then ticket.resolution_seconds else moved.resolution_seconds end
        as resolution_seconds_then
    from (
        select moved.task_id from moved
        union
        select open.task_id from serving.ticket_rows as open
        where open.is_open and open.created_at <= :as_of::timestamptz
        union
        select later.task_id from serving.ticket_rows as later
        where
            later.created_at > :as_of::timestamptz
            and later.created_at < {{ end_of_its_day }}
    ) as candidate
    cross join lateral {{ ticket_of_candidate }} as ticket
    left join moved on ticket.task_id = moved.task_id
),
touched as materialized (
    select * from candidates as ticket
    where {{ asked_of_ticket }}
),
unrouted as materialized (
    select ticket.*, waits.sign
    from (
        select ticket_id, 1 as sign from serving.unrouted_waits
        where tstzrange(waited_from, waited_until) @> :as_of::timestamptz
        union all
        select ticket_id, -1 from serving.unrouted_waits
        where waited_until is null and waited_from < {{ end_of_its_day }}
    ) as waits
    inner join (select *, waited_from as created_at from serving.unrouted_waits) as ticket
        on waits.ticket_id = ticket.ticket_id
    where
        :workflow_id::bigint is null
        and (:department::text is null or ticket.department = :department::text)
        and (:category::text is null or ticket.category = :category::text)
        and (:sub_category::text is null or ticket.sub_category = :sub_category::text)
        and (:priority::text is null or ticket.priority = :priority::text)
        and {{ created_in_range }}
),
-- Each as it counted then, and against it as it counts now.
signed as materialized (
    select
        1 as sign, department, category, sub_category, workflow_id, priority, created_at,
        :as_of::timestamptz as seen_at, first_response_at, escalated_at, transferred_at,
        status_then as status, sla_status_then as sla_status, is_unassigned_then as is_unassigned,
        resolution_seconds_then as resolution_seconds
    from touched
    where created_at <= :as_of::timestamptz
    union all
    select
        -1, department, category, sub_category, workflow_id, priority, created_at,
        'infinity', first_response_at, escalated_at, transferred_at,
        status, sla_status, is_unassigned, resolution_seconds
    from touched
    union all
    select
        sign, department, category, sub_category, null, priority, created_at,
        null, null, null, null, null, null, true, null
    from unrouted
),
timed_changes as (
    select
        signed.*,
        case when first_response_at <= seen_at then {{ first_response }} end as first_response_seconds,
        case
            when sign = 1 and status not in ('completed', 'cancelled') then seen_at - created_at
        end as open_age
    from signed
),
-- Of all tickets asked for together, and of each group of them.
corrections as materialized (
    select distinct
        {{ corrected_key }} as series_key,
        sum(sign) filter (where status is not null) as tickets,
        sum(sign) filter (where status = 'pending') as pending,
        sum(sign) filter (where status = 'in progress') as in_progress,
        sum(sign) filter (where status = 'on_hold') as on_hold,
        sum(sign) filter (where status = 'completed') as completed,
        sum(sign) filter (where status = 'cancelled') as cancelled,
        sum(sign) filter (where status = 'pending_external') as pending_external,
        sum(sign) filter (where sla_status = 'met') as sla_met,
        sum(sign) filter (where sla_status = 'breached') as sla_breached,
        sum(sign) filter (where sla_status = 'on_track') as sla_on_track,
        sum(sign) filter (where sla_status = 'at_risk') as sla_at_risk,
        sum(sign) filter (where sla_status = 'no_sla') as sla_none,
        count(*) filter (where open_age <= interval '24 hours') as open_age_0_1,
        count(*) filter (where open_age > interval '24 hours' and open_age <= interval '168 hours') as open_age_1_7,
        count(*) filter (where open_age > interval '168 hours' and open_age <= interval '720 hours') as open_age_7_30,
        count(*) filter (where open_age > interval '720 hours' and open_age <= interval '2160 hours') as open_age_30_90,
        count(*) filter (where open_age > interval '2160 hours') as open_age_90_plus,
        sum(sign) filter (where resolution_seconds is not null) as resolutions,
        sum(sign * resolution_seconds) as resolution_seconds,
        sum(sign) filter (where first_response_seconds is not null) as first_responses,
        sum(sign * first_response_seconds) as first_response_seconds,
        sum(sign) filter (where escalated_at <= seen_at) as escalated,
        sum(sign) filter (where transferred_at <= seen_at) as transferred,
        sum(sign) filter (where is_unassigned) as unassigned
    from timed_changes as changed
    group by grouping sets ((), ({{ corrected_group }}))
    having grouping({{ corrected_group }}) = 1 or {{ corrected_group }} is not null
),
corrected_durations as materialized (
    select distinct
        {{ corrected_key }} as series_key,
        changed.measure,
        changed.bucket,
        sum(changed.sign)::integer as samples
    from (
        select
            timed_changes.*,
            spent.measure,
            case
                when spent.seconds < 1 then -1
                else floor(ln(spent.seconds::float8) / ln(1.02::float8))::integer
            end as bucket
        from timed_changes
        cross join lateral (
            values ('resolution', resolution_seconds), ('first_response', first_response_seconds)
        ) as spent (measure, seconds)
        where spent.seconds is not null
    ) as changed
    group by changed.measure, changed.bucket, grouping sets ((), ({{ corrected_group }}))
)
