"""What a database's owner can do to the guards of the trail, and that it is found while it lasts."""

import psycopg
import pytest

from tests.factories.trail import Intruder, summary, verify

_SWALLOW = "create or replace function {} returns trigger language plpgsql as $$ begin return null; end $$"
_ANEW = "drop trigger {0} on ops.audit_event; create trigger {0} {1}"
_SET = "do $$ begin execute format('alter database %I set {}', current_database()); end $$"

WEAKENED = {
    "a trigger is switched off": (
        "alter table ops.audit_event disable trigger append_only",
        "the trigger append_only on ops.audit_event was changed or disabled",
    ),
    "a trigger fires for replicas only": (
        "alter table ops.audit_event enable replica trigger chain",
        "the trigger chain on ops.audit_event was changed or disabled",
    ),
    "a trigger is gone": (
        "drop trigger append_only on ops.audit_event",
        "the trigger append_only on ops.audit_event is missing",
    ),
    "the heads' trigger is gone": (
        "drop trigger append_only on ops.audit_chain",
        "the trigger append_only on ops.audit_chain is missing",
    ),
    "a trigger guards less": (
        _ANEW.format(
            "append_only",
            "before delete on ops.audit_event for each statement execute function ops.refuse_change()",
        ),
        "the trigger append_only on ops.audit_event was changed or disabled",
    ),
    "a trigger passes somebody over": (
        _ANEW.format(
            "chain",
            "before insert on ops.audit_event for each row when (new.username <> 'bo') "
            "execute function ops.chain_audit_event()",
        ),
        "the trigger chain on ops.audit_event was changed or disabled",
    ),
    "the chain's function swallows rows": (
        _SWALLOW.format("ops.chain_audit_event()"),
        "the function ops.chain_audit_event was changed or disabled",
    ),
    "the refusal refuses nothing": (
        _SWALLOW.format("ops.refuse_change()"),
        "the function ops.refuse_change was changed or disabled",
    ),
    "another trigger goes first": (
        _SWALLOW.format("ops.swallow()")
        + "; create trigger a before insert on ops.audit_event for each row execute function ops.swallow()",
        "the trigger a on ops.audit_event is not Sluice's",
    ),
    "a rule swallows rows": (
        "create rule swallow as on insert to ops.audit_event do instead nothing",
        "the rule swallow on ops.audit_event is not Sluice's",
    ),
    "a policy hides rows": (
        "alter table ops.audit_event enable row level security",
        "the row security on ops.audit_event is not Sluice's",
    ),
    "all triggers rest": (
        _SET.format("session_replication_role = replica"),
        "the setting session_replication_role of the database or of a role is not Sluice's",
    ),
}


@pytest.mark.usefixtures("trail")
class TestAWeakenedGuard:
    @pytest.mark.parametrize("name", WEAKENED)
    def test_is_named(self, database_url: str, intruder: Intruder, name: str) -> None:
        statement, sentence = WEAKENED[name]
        with psycopg.connect(intruder.url) as connection:
            connection.execute(statement)
        (finding,) = verify(database_url)
        assert finding.kind == "guard"
        assert finding.sentence.startswith(sentence)

    def test_that_is_the_chain_itself_lets_no_row_in(self, database_url: str, intruder: Intruder) -> None:
        intruder.run("drop trigger chain on ops.audit_event")
        with pytest.raises(psycopg.errors.NotNullViolation):
            intruder.write(1)
        assert summary(verify(database_url)) == [("guard", None)]


class TestASearchPath:
    @pytest.mark.usefixtures("trail")
    def test_does_not_change_what_the_guards_are_called(self, database_url: str, intruder: Intruder) -> None:
        with psycopg.connect(intruder.url) as connection:
            connection.execute(_SET.format("search_path = ops"))
        assert verify(database_url) == []
