-- Everybody who was ever given an item is among them.
members as (
    select
        agent_load.role,
        count(*) filter (where agent_load.is_member) as agents
    from serving.agent_load
    group by agent_load.role
),
role_hours as (
    select
        members.role,
        (coalesce(until.items_to_date[hour], 0) - coalesce(before.items_to_date[hour], 0))::numeric as items
    from members
    cross join bounds
    left join lateral (
        select role_arrivals.items_to_date from serving.role_arrivals
        where role_arrivals.role = members.role and role_arrivals.day <= bounds.utc_last
        order by role_arrivals.day desc
        limit 1
    ) as until on true
    left join lateral (
        select role_arrivals.items_to_date from serving.role_arrivals
        where role_arrivals.role = members.role and role_arrivals.day < bounds.utc_first
        order by role_arrivals.day desc
        limit 1
    ) as before on true
    cross join generate_series(1, 24) as hours (hour)
),
-- What falls to a role of each ticket that comes: its items of the history by the tickets of the history.
given as (
    select
        role_hours.role,
        sum(role_hours.items) / nullif((select sum(utc_days.tickets) from utc_days), 0) as items_per_ticket,
        max(role_hours.items) / nullif(sum(role_hours.items), 0) as busiest_share
    from role_hours
    group by role_hours.role
),
roles as (
    select
        role,
        coalesce(given.items_per_ticket, 0) as items_per_ticket,
        coalesce(given.busiest_share, 0) as busiest_share,
        members.agents,
        coalesce(handling.handled_items, 0) as handled_items,
        handling.handling_seconds / 3600 as handling_hours
    from members
    left join given using (role)
    left join serving.role_handling as handling using (role)
    where members.agents > 0 or given.items_per_ticket > 0
),
horizon as (
    select
        sum(expected.tickets) as tickets,
        case when not bool_or(is_mean) then sum(expected.lower) end as lower,
        case when not bool_or(is_mean) then sum(expected.upper) end as upper,
        max(expected.tickets) as most_tickets,
        -- Shifts are not recorded: eight hours of each Monday to Friday.
        8 * count(*) filter (where extract(isodow from expected.day) < 6) as hours_of_one
    from expected
),
loads as (
    select
        roles.*,
        roles.items_per_ticket * horizon.tickets as items,
        -- No items take no time, however long one takes.
        case when roles.items_per_ticket > 0 then roles.handling_hours else 0 end as hours_of_item,
        roles.items_per_ticket * horizon.lower as items_lower,
        roles.items_per_ticket * horizon.upper as items_upper,
        roles.items_per_ticket * horizon.most_tickets * roles.busiest_share as peak_hour_items,
        roles.agents * horizon.hours_of_one as capacity_hours
    from roles
    cross join horizon
)
