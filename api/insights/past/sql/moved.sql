-- States of the instant that have ended since; a ticket without one is in the state it has now.
select
    task_id,
    status,
    sla_status,
    sla_source,
    is_critical,
    target_resolution,
    resolution_time,
    resolution_seconds,
    net_resolution_seconds,
    is_unassigned
from serving.ticket_versions
where tstzrange(valid_from, valid_until) @> :as_of::timestamptz
