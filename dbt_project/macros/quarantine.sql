{# Whether a row of the operational tables may be counted. #}
{% macro is_kept(source_table, row_id) -%}
    not exists (
        select from {{ ref('stg_quality__quarantined_rows') }} as aside
        where aside.source_table = '{{ source_table }}' and aside.row_id = {{ row_id }}
    )
{%- endmacro %}

{# How far a clock may run ahead of ours. #}
{% macro clock_skew() -%} interval '5 minutes' {%- endmacro %}

{# The words that a column may hold, as the services spell them. #}
{% macro vocabulary(name) -%}
    {%- set words = {
        'task_status': [
            'pending', 'in progress', 'on_hold', 'completed', 'cancelled', 'pending_external'
        ],
        'sla_source': ['policy', 'recorded', 'none'],
        'item_status': ['new', 'in progress', 'resolved', 'reassigned', 'escalated', 'breached'],
        'item_origin': ['System', 'Transferred', 'Escalation'],
        'task_event_kind': [
            'created', 'assigned', 'unassigned', 'started', 'transitioned', 'transferred', 'escalated', 'held',
            'resumed', 'breached', 'completed', 'cancelled', 'reopened', 'owner_changed'
        ],
        'ticket_status': [
            'New', 'Open', 'In Progress', 'On Hold', 'Pending', 'Pending External', 'Resolved', 'Rejected',
            'Withdrawn', 'Closed'
        ],
        'priority': ['Critical', 'High', 'Medium', 'Low'],
        'ticket_event_kind': [
            'created', 'status_changed', 'priority_changed', 'category_changed', 'sub_category_changed',
            'department_changed', 'group_changed', 'assignee_changed'
        ]
    } -%}
    ('{{ words[name] | join("', '") }}')
{%- endmacro %}

{# Text of an instant, the same whatever the session's time zone. #}
{% macro told_at(instant) -%}
    to_char({{ instant }} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'
{%- endmacro %}
