with memberships as (
    select
        members.role_user_id,
        members.user_id,
        roles.role_name
    from {{ ref('stg_ops__role_memberships') }} as members
    inner join {{ ref('stg_ops__roles') }} as roles on members.role_id = roles.role_id
),

-- The last word on a handover, should one have been told twice.
handovers as (
    select distinct on (task_item_id)
        task_item_id,
        actor_user_id,
        note
    from {{ ref('stg_ops__task_events') }}
    where kind in ('transferred', 'escalated') and task_item_id is not null
    order by task_item_id asc, task_event_id desc
)

select
    items.task_item_id,
    items.task_id,
    items.from_task_item_id,
    case items.origin
        when 'Escalation' then 'escalation'
        when 'Transferred' then 'transfer'
        else 'succession'
    end as transfer_kind,
    givers.user_id as from_user_id,
    givers.role_name as from_role_name,
    takers.user_id as to_user_id,
    takers.role_name as to_role_name,
    coalesce(handovers.actor_user_id, sources.transferred_by_user_id) as made_by_user_id,
    items.assigned_at as made_at,
    coalesce(nullif(handovers.note, ''), nullif(items.handover_note, '')) as reason
from {{ ref('stg_ops__task_items') }} as items
inner join {{ ref('fct_tickets') }} as tickets on items.task_id = tickets.task_id
inner join memberships as takers on items.role_user_id = takers.role_user_id
left join {{ ref('stg_ops__task_items') }} as sources on items.from_task_item_id = sources.task_item_id
left join memberships as givers on sources.role_user_id = givers.role_user_id
left join handovers on items.task_item_id = handovers.task_item_id
where
    items.assigned_at <= tickets.as_of
    and (items.origin <> 'System' or items.from_task_item_id is not null)
