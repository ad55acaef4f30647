"""What keeps the trail append-only in the database, against what the migrations put there."""

import re
from collections.abc import Iterator
from importlib.resources import files

from psycopg import Connection

from sluice.audit.examination import Finding

_BODIES = re.compile(r"create (function ops\.\w+)\(.*?\$\$(.*?)\$\$", re.DOTALL)
_SCRIPTS = ("append_only.sql", "audit_chain.sql")
_FUNCTIONS = ("function ops.refuse_change", "function ops.chain_audit_event", "function ops.audit_content")
_TRIGGERS = {
    "trigger append_only on ops.audit_event": "CREATE TRIGGER append_only "
    "BEFORE DELETE OR UPDATE OR TRUNCATE ON ops.audit_event "
    "FOR EACH STATEMENT EXECUTE FUNCTION ops.refuse_change()",
    "trigger chain on ops.audit_event": "CREATE TRIGGER chain BEFORE INSERT ON ops.audit_event "
    "FOR EACH ROW EXECUTE FUNCTION ops.chain_audit_event()",
    "trigger append_only on ops.audit_chain": "CREATE TRIGGER append_only "
    "BEFORE DELETE OR TRUNCATE ON ops.audit_chain "
    "FOR EACH STATEMENT EXECUTE FUNCTION ops.refuse_change()",
}
# Whatever decides over a row on its way into these tables, or over who gets to see it.
_FOUND = """
with guarded as (
    select oid, 'ops.' || relname as name, relrowsecurity from pg_class
    where relnamespace = 'ops'::regnamespace and relname in ('audit_event', 'audit_chain')
)
select format('trigger %s on %s', tgname, guarded.name),
    case when tgenabled in ('O', 'A') then pg_get_triggerdef(pg_trigger.oid) else 'disabled' end
from pg_trigger join guarded on guarded.oid = tgrelid where not tgisinternal
union all
select format('rule %s on %s', rulename, guarded.name), 'added'
from pg_rewrite join guarded on guarded.oid = ev_class
union all
select format('row security on %s', name), 'added' from guarded where relrowsecurity
union all
select 'function ops.' || proname, prosrc from pg_proc
where oid in (
    to_regprocedure('ops.refuse_change()'), to_regprocedure('ops.chain_audit_event()'),
    to_regprocedure('ops.audit_content(ops.audit_event)'))
union all
select 'setting session_replication_role of the database or of a role', 'added'
from pg_db_role_setting, unnest(setconfig) as setting
where setting like 'session_replication_role=%'
    and setdatabase in (0, (select oid from pg_database where datname = current_database()))
"""


def weakened_guards(connection: Connection) -> Iterator[Finding]:
    """Name the guards that are missing or changed, and what was put beside them."""
    wanted, found = _installed(), dict[str, str](connection.execute(_FOUND).fetchall())
    open_to = "rows can be written, changed or hidden past the chain"
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            yield Finding("guard", f"the {name} is missing: {open_to}")
        elif name not in wanted:
            yield Finding("guard", f"the {name} is not Sluice's: {open_to}")
        elif wanted[name] != found[name]:
            yield Finding("guard", f"the {name} was changed or disabled: {open_to}")


def _installed() -> dict[str, str]:
    bodies = {
        name: body
        for script in _SCRIPTS
        for name, body in _BODIES.findall(files("api.migrations").joinpath("sql", script).read_text("utf-8"))
    }
    return {name: bodies[name] for name in _FUNCTIONS} | _TRIGGERS
