{# What a row of each operational table must not be: the reason, the condition, and what is told of it.
   Conditions are of the columns that `base_quality__broken_rules` gives them. #}
{% macro quarantine_rules() -%}
{% set ahead = "greatest(now(), nullif('" ~ var('as_of') ~ "', '')::timestamptz) + " ~ clock_skew() %}
{% set recorded_ahead = "seen_at + " ~ clock_skew() %}
{% set rules = {
    'ticket': [
        ('duplicate', 'has_twin', "'ticket ' || ticket_number || ' is there under a smaller id too'"),
        ('unknown_value', "status not in " ~ vocabulary('ticket_status'), "'status ' || status"),
        ('unknown_value', "priority not in " ~ vocabulary('priority'), "'priority ' || priority"),
        ('in_the_future', 'created_at > ' ~ ahead, "'created ' || " ~ told_at('created_at')),
        (
            'ends_before_it_begins', 'closed_at < created_at',
            "'closed ' || " ~ told_at('closed_at') ~ " || ', created ' || " ~ told_at('created_at')
        )
    ],
    'task': [
        ('orphan', 'is_orphan', "'its ticket or its workflow is not there'"),
        ('unknown_value', "status not in " ~ vocabulary('task_status'), "'status ' || status"),
        ('unknown_value', "sla_source not in " ~ vocabulary('sla_source'), "'SLA source ' || sla_source"),
        (
            'contradictory_state', "(status = 'completed') <> (resolved_at is not null)",
            "status || case when resolved_at is null then ' without' else ' with' end || ' a resolution'"
        ),
        (
            'contradictory_state', "(status = 'on_hold') <> (hold_started_at is not null)",
            "status || case when hold_started_at is null then ' without' else ' with' end || ' a running hold'"
        ),
        (
            'contradictory_state', "(sla_source = 'policy') <> (target_resolution_at is not null)",
            "'SLA by ' || sla_source || case when target_resolution_at is null then ' without' else ' with' end"
            ~ " || ' a target'"
        ),
        ('in_the_future', 'created_at > ' ~ ahead, "'created ' || " ~ told_at('created_at')),
        ('in_the_future', 'resolved_at > ' ~ ahead, "'resolved ' || " ~ told_at('resolved_at')),
        (
            'ends_before_it_begins', 'resolved_at < created_at',
            "'resolved ' || " ~ told_at('resolved_at') ~ " || ', created ' || " ~ told_at('created_at')
        ),
        ('ends_before_it_begins', 'hold_seconds < 0', "hold_seconds || ' seconds on hold'")
    ],
    'task_item': [
        ('orphan', 'is_orphan', "'its task, its step or its person is not there'"),
        ('unknown_value', "status not in " ~ vocabulary('item_status'), "'status ' || status"),
        ('unknown_value', "origin not in " ~ vocabulary('item_origin'), "'origin ' || origin"),
        ('in_the_future', 'assigned_at > ' ~ ahead, "'assigned ' || " ~ told_at('assigned_at')),
        (
            'before_its_ticket', 'assigned_at < parent_at',
            "'assigned ' || " ~ told_at('assigned_at') ~ " || ', created ' || " ~ told_at('parent_at')
        ),
        (
            'ends_before_it_begins', 'least(acted_at, closed_at) < assigned_at',
            "'ended ' || " ~ told_at('least(acted_at, closed_at)') ~ " || ', assigned ' || "
            ~ told_at('assigned_at')
        )
    ],
    'task_event': [
        ('orphan', 'is_orphan', "'its task is not there'"),
        ('duplicate', 'has_twin', "kind || ' is there under a smaller id too'"),
        ('unknown_value', "kind not in " ~ vocabulary('task_event_kind'), "'kind ' || kind"),
        ('unknown_value', "to_status not in " ~ vocabulary('task_status'), "'status ' || to_status"),
        ('in_the_future', 'occurred_at > ' ~ recorded_ahead, "kind || ' ' || " ~ told_at('occurred_at')),
        (
            'before_its_ticket', 'occurred_at < parent_at',
            "kind || ' ' || " ~ told_at('occurred_at') ~ " || ', created ' || " ~ told_at('parent_at')
        )
    ],
    'task_item_event': [
        ('orphan', 'is_orphan', "'its item is not there'"),
        ('unknown_value', "status not in " ~ vocabulary('item_status'), "'status ' || status"),
        ('in_the_future', 'occurred_at > ' ~ recorded_ahead, "status || ' ' || " ~ told_at('occurred_at')),
        (
            'before_its_ticket', 'occurred_at < parent_at',
            "status || ' ' || " ~ told_at('occurred_at') ~ " || ', created ' || " ~ told_at('parent_at')
        )
    ],
    'ticket_event': [
        ('orphan', 'is_orphan', "'its ticket is not there'"),
        ('unknown_value', "kind not in " ~ vocabulary('ticket_event_kind'), "'kind ' || kind"),
        ('in_the_future', 'occurred_at > ' ~ recorded_ahead, "kind || ' ' || " ~ told_at('occurred_at')),
        (
            'before_its_ticket', 'occurred_at < parent_at',
            "kind || ' ' || " ~ told_at('occurred_at') ~ " || ', created ' || " ~ told_at('parent_at')
        )
    ]
} %}
{{ return(rules) }}
{%- endmacro %}
