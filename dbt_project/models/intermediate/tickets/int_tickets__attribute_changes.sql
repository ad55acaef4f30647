select
    ticket_id,
    count(*) filter (where kind = 'group_changed') as group_change_count,
    count(*) filter (where kind = 'assignee_changed') as assignee_change_count,
    count(*) filter (where kind = 'priority_changed') as priority_change_count,
    count(*) filter (where kind = 'category_changed') as category_change_count
from {{ ref('stg_ops__ticket_events') }}
where kind in ('group_changed', 'assignee_changed', 'priority_changed', 'category_changed')
group by ticket_id
