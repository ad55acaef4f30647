-- Working time in SQL, to the microsecond what api/sla/calendars.py says. A calendar is the set of
-- instants whose local wall time lies in a working interval of a day that is not off: an hour that the
-- clocks repeat counts twice, one that they skip does not count. Nothing is worked before 1970 and after
-- 2099.

create function ops.zone_offset(instant timestamptz, zone text) returns interval
language sql immutable strict parallel safe as $$
    select (instant at time zone zone) - (instant at time zone 'UTC')
$$;

-- Cut a stretch of time where the zone's offset changes. No zone changes it twice within six hours, so
-- probing at that distance finds every change; a quarter of an hour and then a second is searched for it.
create function ops.zone_offsets(zone text, since timestamptz, until timestamptz)
returns table (starts_at timestamptz, ends_at timestamptz, utc_offset interval)
language sql immutable strict parallel safe as $$
    with probes as (
        select
            instant,
            ops.zone_offset(instant, zone) as utc_offset,
            lag(ops.zone_offset(instant, zone)) over (order by instant) as offset_before
        from generate_series(
            date_bin('6 hours', since, '1970-01-01 00:00+00'), until + interval '6 hours', interval '6 hours'
        ) as probe (instant)
    ),

    changes as (
        select since as instant
        union
        select exact.instant
        from probes
        cross join lateral (
            select min(instant) as instant
            from generate_series(
                probes.instant - interval '6 hours', probes.instant, interval '15 minutes'
            ) as coarse (instant)
            where ops.zone_offset(instant, zone) <> probes.offset_before
        ) as found
        cross join lateral (
            select min(instant) as instant
            from generate_series(
                found.instant - interval '15 minutes', found.instant, interval '1 second'
            ) as fine (instant)
            where ops.zone_offset(instant, zone) <> probes.offset_before
        ) as exact
        where probes.offset_before <> probes.utc_offset
    )

    select
        instant,
        lead(instant, 1, until) over (order by instant),
        ops.zone_offset(instant, zone)
    from changes
    where instant >= since and instant < until
$$;

-- The working segments of a stretch of time by a frozen revision of a calendar, apart and in order. Where
-- the offset does not change, wall time is UTC time moved by it: each such stretch is walked by its own
-- local days, and a day that a change of offset cuts in two comes up in both.
create function ops.working_segments(calendar_revision_id bigint, since timestamptz, until timestamptz)
returns table (opens_at timestamptz, closes_at timestamptz)
language sql stable strict parallel safe as $$
    with reach as (
        select
            greatest(since, '1970-01-01 00:00+00'::timestamptz) at time zone 'UTC' as since,
            least(until, '2100-01-01 00:00+00'::timestamptz) at time zone 'UTC' as until
    ),

    calendar as materialized (
        select definition
        from ops.calendar_revision as revision
        where revision.calendar_revision_id = working_segments.calendar_revision_id
    ),

    closed as materialized (
        select day::date as day
        from calendar
        cross join jsonb_array_elements_text(calendar.definition -> 'closed_on') as off (day)
    ),

    hours as (
        select
            weekday.number as weekday,
            (interval_of.hours ->> 'opens')::time::interval as opens,
            (interval_of.hours ->> 'closes')::time::interval as closes
        from calendar
        cross join unnest(array[
            'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'
        ]) with ordinality as weekday (name, number)
        cross join jsonb_array_elements(calendar.definition -> 'weekly_hours' -> weekday.name) as interval_of (hours)
    ),

    stretches as (
        -- UTC as wall time, so that adding days never asks the time zone of the session.
        select
            offsets.starts_at at time zone 'UTC' as starts_at,
            offsets.ends_at at time zone 'UTC' as ends_at,
            offsets.utc_offset
        from calendar
        cross join reach
        cross join lateral ops.zone_offsets(
            calendar.definition ->> 'time_zone',
            reach.since at time zone 'UTC',
            reach.until at time zone 'UTC'
        ) as offsets
    ),

    segments as (
        select
            greatest(day + hours.opens - stretches.utc_offset, stretches.starts_at) as opens_at,
            least(day + hours.closes - stretches.utc_offset, stretches.ends_at) as closes_at
        from stretches
        cross join lateral generate_series(
            date_trunc('day', stretches.starts_at + stretches.utc_offset),
            stretches.ends_at + stretches.utc_offset,
            interval '1 day'
        ) as days (day)
        inner join hours on hours.weekday = extract(isodow from day)
        where day::date not in (select closed.day from closed)
    )

    select opens_at at time zone 'UTC', closes_at at time zone 'UTC'
    from segments
    where opens_at < closes_at
    order by opens_at
$$;

-- Seconds of working time from a start to a later end; no revision is around the clock.
create function ops.working_seconds(calendar_revision_id bigint, since timestamptz, until timestamptz)
returns numeric
language sql stable parallel safe as $$
    select case
        when since is null or until is null then null
        when until <= since then 0
        when calendar_revision_id is null then extract(epoch from until - since)
        else coalesce((
            select sum(extract(epoch from closes_at - opens_at))
            from ops.working_segments(calendar_revision_id, since, least(
                until, '2100-01-01 00:00+00'::timestamptz - interval '1 microsecond'
            ))
        ), 0)
    end
$$;

-- The first instant at which so many seconds have been worked; the start for none. Work that the calendar
-- never gets round to is due when its years end.
create function ops.working_target(calendar_revision_id bigint, since timestamptz, seconds numeric)
returns timestamptz
language plpgsql stable parallel safe as $$
declare
    years_end constant timestamptz := '2100-01-01 00:00+00';
    reached timestamptz := greatest(
        '1970-01-01 00:00+00'::timestamptz, least(since, years_end - interval '1 microsecond')
    );
    ahead interval := greatest(make_interval(secs => seconds::double precision * 5), interval '240 hours');
    remaining numeric := seconds;
    worked numeric;
    target timestamptz;
begin
    if calendar_revision_id is null then
        return since + make_interval(secs => seconds::double precision);
    elsif since is null or seconds is null then
        return null;
    elsif seconds <= 0 then
        return since;
    end if;
    while reached < years_end loop
        with segments as (
            select
                opens_at,
                extract(epoch from closes_at - opens_at) as open_seconds,
                sum(extract(epoch from closes_at - opens_at)) over (order by opens_at) as worked_after
            from ops.working_segments(calendar_revision_id, reached, reached + ahead)
        )

        select
            min(opens_at + make_interval(
                secs => (remaining - worked_after + open_seconds)::double precision
            )) filter (where worked_after >= remaining),
            coalesce(max(worked_after), 0)
        into target, worked
        from segments;
        if target is not null then
            return target;
        end if;
        remaining := remaining - worked;
        reached := reached + ahead;
        ahead := ahead * 2;
    end loop;
    return years_end;
end
$$;

grant execute on function
    ops.zone_offset, ops.zone_offsets, ops.working_segments, ops.working_seconds, ops.working_target
to sluice_api, sluice_pipeline;
