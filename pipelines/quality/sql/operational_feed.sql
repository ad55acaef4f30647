-- One row: what came in last, beside what came before it. Null where there was too little to compare.
with today as (
    select (now() at time zone 'UTC')::date as day
),

weekdays as (
    select
        same_weekday.weeks_ago,
        (
            select count(*)
            from ops.ticket_snapshot as ticket
            where
                ticket.submit_date >= same_weekday.day::timestamp at time zone 'UTC'
                and ticket.submit_date < (same_weekday.day + 1)::timestamp at time zone 'UTC'
        ) as tickets
    from today
    cross join lateral (
        select
            weeks_ago,
            today.day - 1 - 7 * weeks_ago as day
        from generate_series(0, 8) as past (weeks_ago)
    ) as same_weekday
),

volume as (
    select
        max(tickets) filter (where weeks_ago = 0) as last_day,
        avg(tickets) filter (where weeks_ago > 0) as usual,
        count(*) filter (where weeks_ago > 0 and tickets > 0) as weeks
    from weekdays
),

tickets as (
    select
        nullif(btrim(ticket.department), '') as department,
        nullif(btrim(ticket.category), '') as category,
        ticket.requester <> '{}' as has_requester,
        ticket.submit_date >= today.day - 7 as is_recent
    from ops.ticket_snapshot as ticket
    cross join today
    where ticket.submit_date >= today.day - 63
),

words as (
    select
        count(*) filter (where is_recent) as recent,
        count(*) filter (where not is_recent) as earlier,
        avg((department is null)::integer) filter (where is_recent)
        - avg((department is null)::integer) filter (where not is_recent) as without_department_rise,
        avg((category is null)::integer) filter (where is_recent)
        - avg((category is null)::integer) filter (where not is_recent) as without_category_rise,
        avg((not has_requester)::integer) filter (where is_recent)
        - avg((not has_requester)::integer) filter (where not is_recent) as without_requester_rise,
        avg((
            department not in (
                select told.department from tickets as told
                where not told.is_recent and told.department is not null
            )
        )::integer) filter (where is_recent) as new_department_share,
        avg((
            category not in (
                select told.category from tickets as told
                where not told.is_recent and told.category is not null
            )
        )::integer) filter (where is_recent) as new_category_share
    from tickets
),

items as (
    select
        member.role_id,
        item.assigned_on >= today.day - 7 as is_recent
    from ops.task_item as item
    inner join ops.role_user as member using (role_user_id)
    cross join today
    where item.assigned_on >= today.day - 63
),

roles as (
    select
        count(*) filter (where is_recent) as recent,
        count(*) filter (where not is_recent) as earlier,
        avg((
            role_id not in (select told.role_id from items as told where not told.is_recent)
        )::integer) filter (where is_recent) as new_share
    from items
),

-- The newest events that no import recorded: those are as late as their log is old.
events as (
    select
        event.*,
        extract(epoch from event.recorded_at - event.occurred_at) as lag_seconds
    from (select * from ops.task_event order by task_event_id desc limit 20000) as event
    where not exists (
        select from ops.import_batch as batch where batch.recorded_at = event.recorded_at
    )
),

lags as (
    select
        count(*) as events,
        min(recorded_at) < now() - interval '7 days' as is_settled,
        avg((lag_seconds > 86400)::integer) as late_share,
        1 - count(distinct row(
            task_id, kind, occurred_at, from_status, to_status, from_step_id, to_step_id, task_item_id, actor_user_id,
            note
        ))::numeric / nullif(count(*), 0) as twin_share
    from events
),

-- Within two minutes of a whole half hour, up to fourteen hours on either side: chance leaves them 13 %.
shifted_days as (
    select max(share) as share
    from (
        select
            avg((
                abs(lag_seconds) between 1680 and 50520
                and abs(lag_seconds - 1800 * round(lag_seconds / 1800)) <= 120
            )::integer) as share
        from events
        group by (recorded_at at time zone 'UTC')::date
        having count(*) >= 20
    ) as by_day
),

imports as (
    select
        batch.import_batch_id,
        written.loaded,
        written.counted
    from (select * from ops.import_batch order by import_batch_id desc limit 3) as batch
    cross join lateral (
        select
            (select count(*) from ops.task_event as event where event.recorded_at = batch.recorded_at) as loaded,
            (batch.counts ->> 'task_events')::bigint as counted
        union all
        select
            (select count(*) from ops.ticket_event as event where event.recorded_at = batch.recorded_at),
            (batch.counts ->> 'ticket_events')::bigint
        union all
        select
            (
                select count(*) from ops.task_item_event as event
                where event.recorded_at = batch.recorded_at
            ),
            (batch.counts ->> 'task_item_events')::bigint
    ) as written
)

select
    (select min(loaded::float8 / nullif(counted, 0)) from imports) as least_loaded_share,
    shifted_days.share::float8 as whole_hours_share,
    case when volume.usual >= 20 and volume.weeks >= 4 then (volume.last_day / volume.usual)::float8
    end as last_day_share,
    case when words.recent >= 50 and words.earlier >= 200 then words.without_department_rise::float8
    end as without_department_rise,
    case when words.recent >= 50 and words.earlier >= 200 then words.without_category_rise::float8
    end as without_category_rise,
    case when words.recent >= 50 and words.earlier >= 200 then words.without_requester_rise::float8
    end as without_requester_rise,
    case when words.recent >= 50 and words.earlier >= 200 then words.new_department_share::float8
    end as new_department_share,
    case when words.recent >= 50 and words.earlier >= 200 then words.new_category_share::float8
    end as new_category_share,
    case when roles.recent >= 50 and roles.earlier >= 200 then roles.new_share::float8 end as new_role_share,
    -- A history that was written down at once is late as a whole, whoever wrote it.
    case when lags.events >= 100 and lags.is_settled then lags.late_share::float8 end as late_share,
    case when lags.events >= 100 then lags.twin_share::float8 end as twin_event_share
from volume
cross join words
cross join roles
cross join lags
cross join shifted_days
