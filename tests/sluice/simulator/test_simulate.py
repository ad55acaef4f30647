from collections import Counter

import psycopg
import pytest

from api.kit.db import with_database
from api.workflows.checks import publishing_problems
from api.workflows.graph import build_definition, definition_hash, read_definition
from tests.conftest import temporary_database
from tests.sluice.history_import.conftest import Query, Sluice

# Everything but the instants of the import itself.
CONTENT = {
    "ops.ticket_snapshot": "to_jsonb(t) - array['fetched_at']",
    "ops.task": "to_jsonb(t)",
    "ops.task_item": "to_jsonb(t)",
    "ops.task_event": "to_jsonb(t) - array['recorded_at', 'tx_id']",
    "ops.task_item_event": "to_jsonb(t) - array['recorded_at', 'tx_id']",
    "ops.ticket_event": "to_jsonb(t) - array['recorded_at', 'tx_id']",
    "ops.workflow_version": "to_jsonb(t) - array['created_at']",
    "ops.role_user": "to_jsonb(t) - array['created_at', 'updated_at']",
    "ops.user_account": "to_jsonb(t) - array['created_at', 'updated_at']",
}
ARGUMENTS = ("simulate", "--tickets", 250, "--days", 60, "--end", "2026-03-01")


def digests(database_url: str) -> dict[str, str]:
    with psycopg.connect(database_url) as connection:
        return {
            table: connection.execute(
                f"select md5(string_agg(content::text, ',' order by content::text)) "
                f"from (select {content} as content from {table} as t) as row".encode()
            ).fetchone()[0]
            for table, content in CONTENT.items()
        }


class TestSeed:
    def test_same_seed_gives_the_same_rows_ids_included(
        self,
        sluice: Sluice,
        database_url: str,
        server_url: str,
        template_database: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        assert sluice(*ARGUMENTS, "--seed", 3).exit_code == 0
        with temporary_database(server_url, template=template_database) as name:
            second_url = with_database(server_url, name)
            monkeypatch.setenv("SLUICE_DATABASE_URL", second_url)
            assert sluice(*ARGUMENTS, "--seed", 3).exit_code == 0
            assert digests(database_url) == digests(second_url)

    def test_same_seed_again_changes_nothing_and_another_adds(self, sluice: Sluice, query: Query) -> None:
        sluice(*ARGUMENTS, "--seed", 3)
        again = sluice(*ARGUMENTS, "--seed", 3, "--json").report
        assert (again["tickets_imported"], again["tickets_unchanged"]) == (0, 250)
        other = sluice(*ARGUMENTS, "--seed", 4, "--json").report
        assert (other["tickets_imported"], other["workflows_created"]) == (250, 0)
        assert query("select count(*) from ops.task") == [(500,)]


def test_simulated_workflows_take_in_new_tickets(sluice: Sluice, query: Query) -> None:
    sluice(*ARGUMENTS)
    workflows = query("select status, urgent_sla < high_sla and high_sla < medium_sla from ops.workflow")
    assert Counter(workflows) == {("initialized", True): 12}
    assert query(
        "select count(*) from ops.workflow where (select count(*) from ops.step "
        "where step.workflow_id = workflow.workflow_id and is_start) <> 1"
    ) == [(0,)]


def test_simulated_versions_are_what_publishing_them_here_would_give(sluice: Sluice, query: Query) -> None:
    sluice(*ARGUMENTS)
    versions = query("select definition, definition_hash from ops.workflow_version")
    assert len(versions) == 12
    for definition, digest in versions:
        graph = read_definition(definition)
        assert publishing_problems(graph) == []
        assert definition_hash(build_definition(graph, definition["metadata"])) == digest


def test_every_simulated_task_has_an_owner_and_a_target(sluice: Sluice, query: Query) -> None:
    sluice(*ARGUMENTS)
    assert query(
        "select count(*), bool_and(sla_source = 'policy'), bool_and(role.name = 'Ticket Coordinator') "
        "from ops.task join ops.role_user on role_user_id = ticket_owner_id join ops.role using (role_id)"
    ) == [(250, True, True)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--end", "2999-01-01"), "--end 2999-01-01 lies in the future"),
        (("--tickets", 0), "--tickets"),
        (("--days", 0), "--days"),
    ],
)
def test_impossible_orders_are_refused(sluice: Sluice, arguments: tuple[object, ...], sentence: str) -> None:
    outcome = sluice("simulate", *arguments)
    assert outcome.exit_code == 2
    assert sentence in outcome.error
