"""What the roles that the services enter may do to the trail, asked of PostgreSQL itself."""

import pytest
from psycopg import errors

from tests.factories.desk import Desk
from tests.factories.trail import Intruder, verify

ROLES = ("sluice_api", "sluice_intake", "sluice_pipeline", "sluice_analyst")
CHANGES = (
    "update ops.audit_event set username = 'bo'",
    "update ops.audit_event set username = username where false",
    "delete from ops.audit_event",
    "truncate ops.audit_event",
    "insert into ops.audit_chain values (40, 0, '')",
    "update ops.audit_chain set last_sequence = 0",
    "delete from ops.audit_chain",
    "truncate ops.audit_chain",
    "select * from ops.audit_chain for update",
    "merge into ops.audit_event as event using (select 1) as one on true when matched then delete",
    "alter table ops.audit_event disable trigger chain",
    "alter table ops.audit_event disable trigger all",
    "alter table ops.audit_chain disable trigger append_only",
    "alter table ops.audit_event owner to current_user",
    "alter table ops.audit_event drop column hash",
    "drop trigger append_only on ops.audit_event",
    "drop table ops.audit_event",
    "create trigger a before insert on ops.audit_event for each row execute function ops.refuse_change()",
    "create rule a as on insert to ops.audit_event do instead nothing",
    "create or replace function ops.refuse_change() returns trigger language plpgsql as 'begin end'",
    "alter function ops.chain_audit_event() security invoker",
    "grant delete on ops.audit_event to current_user; delete from ops.audit_event",
    "set session_replication_role = replica",
)


@pytest.fixture
def event_id(database_url: str) -> int:
    (written,) = Intruder(database_url).write(1)
    return written


@pytest.mark.usefixtures("event_id")
class TestRoleOfAService:
    @pytest.mark.parametrize("role", ROLES)
    def test_changes_neither_the_trail_nor_its_guards(self, desk: Desk, database_url: str, role: str) -> None:
        for statement in CHANGES:
            with pytest.raises(errors.InsufficientPrivilege):
                desk.execute(f"set role {role}; {statement}")
        assert verify(database_url) == []

    def test_of_the_api_does_not_see_where_the_chain_ends(self, desk: Desk) -> None:
        with pytest.raises(errors.InsufficientPrivilege):
            desk.execute("set role sluice_api; select * from ops.audit_chain")

    @pytest.mark.parametrize("role", ROLES[1:])
    def test_adds_no_row_unless_it_is_the_apis(self, desk: Desk, role: str) -> None:
        with pytest.raises(errors.InsufficientPrivilege):
            desk.execute(
                f"set role {role}; insert into ops.audit_event (action, target_type) values ('a', 'b')"
            )

    def test_gets_the_next_place_of_the_chain_whatever_it_asks_for(
        self, desk: Desk, database_url: str
    ) -> None:
        desk.execute(
            "set role sluice_api; insert into ops.audit_event "
            "(action, target_type, lane, sequence, previous_hash, hash) "
            "select 'other', 'Task', lane, sequence + 41, previous_hash, hash from ops.audit_event"
        )
        assert desk.scalar("select count(*) from ops.audit_event") == 2
        assert verify(database_url) == []


class TestOwner:
    @pytest.mark.parametrize(
        "statement",
        [
            "update ops.audit_event set username = 'bo'",
            "update ops.audit_event set username = 'bo' where false",
            "delete from ops.audit_event",
            "truncate ops.audit_event",
            "delete from ops.audit_chain",
            "truncate ops.audit_chain",
        ],
    )
    def test_is_refused_too_while_the_guards_stand(self, desk: Desk, event_id: int, statement: str) -> None:
        with pytest.raises(errors.RestrictViolation, match="is append-only"):
            desk.execute(statement)
        assert desk.scalar("select username from ops.audit_event") == "ana"
        assert event_id == desk.scalar("select audit_event_id from ops.audit_event")
