"""Every migration after the first release runs on a desk that is in use, there and back."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory

from api.kit.db import with_database
from api.migrations.runner import alembic_config, newest_revision
from tests.conftest import temporary_database

FIRST_RELEASE = "d0be75d1ea0e"
SEED = Path(__file__).with_name("first_release.sql")


@pytest.fixture(scope="module")
def used_desk(server_url: str) -> Iterator[str]:
    """A database at the first release, with tickets, items, events, accounts and audit rows."""
    with temporary_database(server_url) as name:
        url = with_database(server_url, name)
        command.upgrade(alembic_config(url), FIRST_RELEASE)
        with psycopg.connect(url) as connection:
            connection.execute(SEED.read_bytes())
        yield url


def count_rows(url: str) -> dict[str, int]:
    tables = ("task", "task_item", "task_event", "task_item_event", "ticket_event", "audit_event", "workflow")
    with psycopg.connect(url) as connection:
        return {
            table: connection.execute(f"select count(*) from ops.{table}").fetchone()[0] for table in tables
        }


def revisions_after_the_first() -> list[str]:
    script = ScriptDirectory.from_config(alembic_config(""))
    return [found.revision for found in script.walk_revisions(FIRST_RELEASE, "head")][:-1][::-1]


class TestUpgrades:
    def test_a_desk_in_use_goes_up_down_and_up_again_a_step_at_a_time(self, used_desk: str) -> None:
        before = count_rows(used_desk)
        config = alembic_config(used_desk)
        steps = revisions_after_the_first()
        assert steps[-1] == newest_revision()
        for revision in steps:
            command.upgrade(config, revision)
            assert count_rows(used_desk) == before, revision
            command.downgrade(config, "-1")
            assert count_rows(used_desk) == before, revision
            command.upgrade(config, revision)
        command.downgrade(config, FIRST_RELEASE)
        assert count_rows(used_desk) == before
        command.upgrade(config, "head")
        assert count_rows(used_desk) == before

    def test_running_clocks_get_their_instants_from_the_target_they_had(self, used_desk: str) -> None:
        command.upgrade(alembic_config(used_desk), "head")
        with psycopg.connect(used_desk) as connection:
            wrong = connection.execute(
                """
                select task_id from ops.task
                where target_resolution is not null and (
                    at_risk_at is distinct from sla_started_at + interval '16 hours'
                    or critical_at is distinct from sla_started_at + interval '18 hours'
                )
                """
            ).fetchall()
            judged = connection.execute("select count(*) from ops.task where at_risk_at is not null")
            assert judged.fetchone()[0] > 0
        assert wrong == []

    def test_the_promises_of_workflows_become_policies(self, used_desk: str) -> None:
        command.upgrade(alembic_config(used_desk), "head")
        with psycopg.connect(used_desk) as connection:
            promised = connection.execute(
                """
                select workflow.name, policy.priority, extract(epoch from policy.duration)::int / 3600
                from ops.workflow as workflow
                inner join ops.sla_policy as policy using (workflow_id)
                where policy.effective_at <= now() and policy.calendar_revision_id is null
                """
            ).fetchall()
        hours = {"Critical": 4, "High": 8, "Medium": 20, "Low": 72}
        wanted = {(f"Flow {n}", *promise) for n in (1, 2, 3) for promise in hours.items()}
        assert set(promised) == wanted - {("Flow 3", "Low", 72)}
        assert len(promised) == len(set(promised))
