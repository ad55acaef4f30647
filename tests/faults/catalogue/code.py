"""Code that is wrong, in a copy of the project; a run loads it as it is."""

from tests.faults.catalogue.fault import Fault, Finder, Group, Run, Sees
from tests.faults.catalogue.laboratory import Laboratory
from tests.faults.catalogue.workbench import RUN, Ended

FCT_TICKETS = "dbt_project/models/marts/core/fct_tickets.sql"
END = "select * from final\n"


def changed(file: str, old: str, new: str) -> Run:
    """A run of the project with one place of it changed."""

    def run(laboratory: Laboratory) -> Ended:
        with laboratory.changed(file, old, new):
            return laboratory.run_from_disk(*RUN)

    return run


def broken(name: str, run: Run, says: str, found_by: Finder = Finder.RUN, *, is_quick: bool = False) -> Fault:
    return Fault(name, Group.CODE, found_by, says, Sees.LAST_GOOD, run=run, is_quick=is_quick)


CODE = (
    broken(
        "a model that is no SQL",
        changed(FCT_TICKETS, END, "selec * from final\n"),
        "fct_tickets: .*syntax error",
        is_quick=True,
    ),
    broken(
        "a model that loses one ticket in ten",
        changed(FCT_TICKETS, END, "select * from final where task_id % 10 > 0\n"),
        "assert_every_task_is_a_ticket",
        Finder.TEST,
    ),
    broken(
        "a model that counts each ticket twice",
        changed(FCT_TICKETS, END, "select * from final union all select * from final\n"),
        "fct_tickets: .*duplicate key",
        Finder.CONSTRAINT,
    ),
    broken(
        "a model without one of its columns",
        changed(FCT_TICKETS, "        sla.sla_status,\n", ""),
        "fct_tickets: .*(contract|sla_status)",
        Finder.CONSTRAINT,
    ),
    broken(
        "a model whose durations are negative",
        changed(
            FCT_TICKETS,
            "then floor(extract(epoch from tasks.resolved_at - tasks.created_at))::bigint",
            "then floor(extract(epoch from tasks.created_at - tasks.resolved_at))::bigint",
        ),
        "resolution_seconds",
        Finder.CHECK,
    ),
    broken(
        "a dbt test that fails",
        changed(
            "dbt_project/tests/assert_backlog_is_what_is_open.sql",
            "<> pending + in_progress",
            "<> 1 + pending + in_progress",
        ),
        "assert_backlog_is_what_is_open",
        Finder.TEST,
    ),
    broken(
        "a project that dbt cannot read",
        changed("dbt_project/dbt_project.yml", "profile: sluice", "profile: [sluice"),
        "^sluice: .*(dbt|expected)",
    ),
    broken(
        "a suite that raises",
        changed(
            "pipelines/quality/suites.py",
            "def _ticket_rows() -> list[Expectation]:\n",
            "def _ticket_rows() -> list[Expectation]:\n    raise ValueError('no such suite')\n",
        ),
        "no such suite",
    ),
    broken(
        "a suite that asks for a column that is not there",
        changed("pipelines/quality/suites.py", '_between("kept_share"', '_between("kept_shares"'),
        "kept_shares",
        Finder.CHECK,
    ),
    broken(
        "a check whose SQL is wrong",
        changed("pipelines/quality/sql/ticket_rows.sql", "from marts.fct_tickets", "from marts.tickets"),
        "marts.tickets",
    ),
    broken(
        "a publication that raises when all is copied",
        changed(
            "pipelines/defs/publication/publish.py",
            "    recorded = connection.execute(\n",
            "    raise ZeroDivisionError('half-way')\n    recorded = connection.execute(\n",
        ),
        "half-way",
    ),
)
