role_hours as (
    select
        role_arrivals.role,
        extract(hour from role_arrivals.starts_at at time zone 'UTC') as hour,
        sum(role_arrivals.items) as items
    from serving.role_arrivals
    cross join bounds
    where
        role_arrivals.starts_at >= bounds.utc_first::timestamp at time zone 'UTC'
        and role_arrivals.starts_at < (bounds.utc_last + 1)::timestamp at time zone 'UTC'
    group by role_arrivals.role, hour
),
-- What falls to a role of each ticket that comes: its items of the history by the tickets of the history.
given as (
    select
        role_hours.role,
        sum(role_hours.items) / nullif((select sum(utc_days.tickets) from utc_days), 0) as items_per_ticket,
        max(role_hours.items) / sum(role_hours.items) as busiest_share
    from role_hours
    group by role_hours.role
),
members as (
    select
        agent_load.role,
        count(*) as agents
    from serving.agent_load
    where agent_load.is_member
    group by agent_load.role
),
roles as (
    select
        role,
        coalesce(given.items_per_ticket, 0) as items_per_ticket,
        coalesce(given.busiest_share, 0) as busiest_share,
        coalesce(members.agents, 0) as agents,
        coalesce(handling.handled_items, 0) as handled_items,
        handling.handling_seconds / 3600 as handling_hours
    from given
    full join members using (role)
    left join serving.role_handling as handling using (role)
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
