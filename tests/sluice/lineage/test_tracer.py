"""Columns through statements as the models and the answers are written."""

import pytest

from sluice.lineage.tracer import Tracer
from sluice.lineage.values import Relation

TABLES = {
    "ops.task": ("task_id", "status", "created_at", "sla", "definition"),
    "ops.step": ("task_id", "name", "position"),
}


def trace(statement: str) -> Relation:
    tracer = Tracer(TABLES)
    outcome = tracer.trace(statement)
    assert not tracer.unresolved
    return outcome


@pytest.mark.parametrize(
    ("expression", "columns"),
    [
        ("task.status", {"ops.task.status"}),
        ("status", {"ops.task.status"}),
        ("case when status = 'open' then created_at end", {"ops.task.status", "ops.task.created_at"}),
        ("max(created_at)", {"ops.task.created_at"}),
        # What is counted is made of rows, and of what picks them.
        ("count(*)", {"ops.task.*"}),
        ("count(*) filter (where status = 'open')", {"ops.task.*", "ops.task.status"}),
        ("sum(1)", {"ops.task.*"}),
        ("sum(count(*)) over (order by created_at)", {"ops.task.*"}),
        ("row_number() over (partition by status order by sla)", {"ops.task.status", "ops.task.sla"}),
        ("percentile_cont(0.5) within group (order by sla)", {"ops.task.sla"}),
        ("array_agg(task_id order by created_at)", {"ops.task.task_id"}),
        ("definition ->> 'zone'", {"ops.task.definition"}),
        ("jsonb_array_length(definition -> 'closed_on')", {"ops.task.definition"}),
        ("exists (select from ops.step where step.task_id = task.task_id)",
         {"ops.step.*", "ops.step.task_id", "ops.task.task_id"}),
        ("(select step.name from ops.step where step.task_id = task.task_id limit 1)", {"ops.step.name"}),
        ("serving.series_key(status, null)", {"ops.task.status"}),
        ("'word'", set()),
    ],
)  # fmt: skip
def test_an_expression_is_made_of_its_columns(expression: str, columns: set[str]) -> None:
    assert trace(f"select {expression} as told from ops.task").columns["told"].columns == columns


@pytest.mark.parametrize(
    ("relations", "told", "columns"),
    [
        ("(select status as state from ops.task) as part", "part.state", {"ops.task.status"}),
        ("ops.task cross join unnest(task.definition) as part (id)", "part.id", {"ops.task.definition"}),
        (
            "ops.task cross join lateral (select task.sla as longest) as part",
            "part.longest",
            {"ops.task.sla"},
        ),
        ("(values (1, 'a'), (2, 'b')) as part (number, word)", "part.word", set()),
        ("ops.task full join ops.step using (task_id)", "task_id", {"ops.task.task_id", "ops.step.task_id"}),
        ("ops.task left join ops.step using (task_id)", "count(*)", {"ops.task.*"}),
        ("(ops.task join ops.step on task.task_id = step.task_id)", "step.name", {"ops.step.name"}),
        ("ops.task where created_at > '2026-01-01'", "count(*)", {"ops.task.*", "ops.task.created_at"}),
    ],
)
def test_a_column_is_followed_through_relations(relations: str, told: str, columns: set[str]) -> None:
    assert trace(f"select {told} as told from {relations}").columns["told"].columns == columns


def test_named_queries_and_unions_are_followed() -> None:
    outcome = trace("""
        with open as (select * from ops.task where status = 'open'),
        both (one, other) as (
            select created_at, 1 from open
            union all
            select sla, position from open inner join ops.step using (task_id)
        )
        select * from both
    """)
    assert outcome.columns["one"].columns == {"ops.task.created_at", "ops.task.sla"}
    assert outcome.columns["other"].columns == {"ops.step.position"}


def test_the_word_of_the_first_row_is_told_by_the_order() -> None:
    outcome = trace(
        "select word from (values ('a', 1)) as part (word, number), ops.task order by sla limit 1"
    )
    assert outcome.columns["word"].columns == {"ops.task.sla"}


def test_documents_have_fields() -> None:
    outcome = trace("""
        select json_build_object(
            'total', count(*),
            'asked', $1::text,
            'rows', (
                select coalesce(json_agg(row_to_json(part) order by part.position), '[]')
                from (select name, position * 2 as place, position from ops.step) as part
            ),
            $2::text, min(sla)
        ) as body
        from ops.task
    """)
    leaves = {path: value.columns for path, value in outcome.columns["body"].leaves()}
    assert leaves == {
        "total": {"ops.task.*"},
        "asked": set(),
        "rows[].name": {"ops.step.name"},
        "rows[].place": {"ops.step.position"},
        "rows[].position": {"ops.step.position"},
        "{}": {"ops.task.sla"},
    }
    assert dict(outcome.columns["body"].leaves())["asked"].is_asked


def test_what_no_table_has_is_said() -> None:
    tracer = Tracer(TABLES)
    tracer.trace("select task.colour from ops.task")
    assert tracer.unresolved == {"task.colour"}


def test_conditions_are_read_though_nothing_is_made_of_them() -> None:
    tracer = Tracer(TABLES)
    outcome = tracer.trace("select sla from ops.task where status = 'open' order by created_at")
    assert outcome.columns["sla"].columns == {"ops.task.sla"}
    assert tracer.read == {"ops.task.sla", "ops.task.status", "ops.task.created_at"}
