"""Tables and columns that are not what the pipeline knows."""

from alembic import command

from api.migrations.runner import alembic_config
from tests.faults.catalogue.fault import NOTHING, REFRESH, Fault, Finder, Group, Run, Sees, run_again
from tests.faults.catalogue.laboratory import Laboratory
from tests.faults.catalogue.runs import PUBLISHES
from tests.faults.catalogue.workbench import RUN, Ended


def for_the_run(breaks: str, mends: str) -> Run:
    """A run with the published tables changed, which are as they were when it has ended."""

    def run(laboratory: Laboratory) -> Ended:
        laboratory.execute(breaks)
        try:
            return laboratory.run(*RUN)
        finally:
            laboratory.execute(mends)

    return run


def database_is_not_migrated(laboratory: Laboratory) -> Ended:
    command.downgrade(alembic_config(laboratory.url), "-1")
    return laboratory.run(*RUN)


def stopped(
    name: str, says: str, breaks: str = "", mends: str = "", *, run: Run = run_again, is_quick: bool = False
) -> Fault:
    return Fault(
        name, Group.SCHEMA, Finder.RUN, says, Sees.LAST_GOOD, breaks, run=run, mends=mends, is_quick=is_quick
    )


def made_anew(name: str, breaks: str = "", *, run: Run = run_again, is_quick: bool = False) -> Fault:
    """What the next run makes good by itself."""
    return Fault(
        name,
        Group.SCHEMA,
        Finder.NEXT_RUN,
        PUBLISHES,
        Sees.TRUTH,
        breaks,
        run=run,
        recovery=NOTHING,
        is_quick=is_quick,
    )


SCHEMA = (
    stopped(
        "a column of the tickets has another name",
        "priority",
        "alter table ops.ticket_snapshot rename priority to prio",
        "alter table ops.ticket_snapshot rename prio to priority",
    ),
    stopped(
        "a column of the tickets is gone",
        "category",
        "alter table ops.ticket_snapshot drop column category cascade",
        "alter table ops.ticket_snapshot add category text; call kept.mend()",
        is_quick=True,
    ),
    Fault(
        "a column of the tasks is to be of another type",
        Group.SCHEMA,
        Finder.CONSTRAINT,
        "cannot alter type of a column used by a view",
        Sees.UNCHANGED,
        "alter table ops.task alter hold_seconds type text",
        recovery=NOTHING,
    ),
    stopped(
        "a column of the tasks is of another type, and what was made of it is gone",
        "hold_seconds|operator does not exist|type text",
        "alter table ops.task alter hold_seconds drop default; drop schema staging cascade;"
        " alter table ops.task drop constraint if exists ck_task_hold_not_negative;"
        " alter table ops.task alter hold_seconds type text",
        "drop schema if exists staging cascade;"
        " alter table ops.task alter hold_seconds type numeric using hold_seconds::numeric",
    ),
    stopped(
        "a table of events has another name",
        "task_item_event",
        "alter table ops.task_item_event rename to item_event",
        "alter table ops.item_event rename to task_item_event",
    ),
    stopped(
        "the pipeline may not read the operational tables",
        "permission denied",
        "revoke select on all tables in schema ops from sluice_pipeline",
        "grant select on all tables in schema ops to sluice_pipeline",
    ),
    stopped(
        "a published table has lost a column",
        "sluice migrate",
        run=for_the_run(
            "alter table serving.ticket_rows rename subject to title",
            "alter table serving.ticket_rows rename title to subject",
        ),
    ),
    stopped(
        "a published table has a column of a newer version",
        "sluice migrate",
        run=for_the_run(
            "alter table serving.ticket_rows add novel text", "alter table serving.ticket_rows drop novel"
        ),
    ),
    stopped(
        "a published table lacks a column that is built",
        "sluice migrate",
        run=for_the_run(
            "create table kept_subjects as select task_id, subject from serving.ticket_rows;"
            " alter table serving.ticket_rows drop subject cascade",
            "alter table serving.ticket_rows add subject text;"
            " update serving.ticket_rows as published set subject = kept_subjects.subject from kept_subjects"
            " where kept_subjects.task_id = published.task_id",
        ),
    ),
    stopped(
        "a published table has lost its key",
        "sluice migrate",
        run=for_the_run(
            "alter table serving.ticket_cube drop constraint ticket_cube_pkey",
            "alter table serving.ticket_cube add constraint ticket_cube_pkey primary key (series_key, day)",
        ),
    ),
    stopped(
        "a published table refuses a value",
        "refused a value",
        run=for_the_run(
            "alter table serving.ticket_rows add constraint short"
            " check (length(ticket_number) < 6) not valid",
            "alter table serving.ticket_rows drop constraint short",
        ),
    ),
    stopped(
        "the database is at a newer version than the code",
        "cannot be migrated",
        run=for_the_run(
            "create table kept_version as table alembic_version;"
            " update alembic_version set version_num = 'ffffffffffff'",
            "update alembic_version set version_num = (select version_num from kept_version)",
        ),
    ),
    made_anew("the database is not migrated", run=database_is_not_migrated, is_quick=True),
    made_anew("a table kept from build to build is gone", "drop table build.ticket_cube cascade"),
    Fault(
        "a table kept from build to build is empty",
        Group.SCHEMA,
        Finder.TEST,
        "^sluice: .*ticket_cube",
        Sees.LAST_GOOD,
        "truncate build.ticket_cube",
        recovery=REFRESH,
    ),
    made_anew("what days were built of is forgotten", "truncate build.built_days"),
    made_anew("a mart is gone", "drop table marts.fct_tickets cascade"),
    made_anew("all views of the operational tables are gone", "drop schema staging cascade"),
    made_anew("all that was built is gone", "drop schema staging, intermediate, marts, build cascade"),
    made_anew("nothing points at the publication", "delete from serving.current_publication"),
    Fault(
        "a row of an old day, kept from build to build, was changed by hand",
        Group.SCHEMA,
        Finder.REBUILD,
        "increments_are_the_whole: ticket_cube",
        Sees.LATE,
        """
        update build.ticket_cube set escalated = escalated + 1 where day = current_date - 30;
        update serving.ticket_cube set escalated = escalated + 1 where day = current_date - 30
        """,
        run=lambda laboratory: laboratory.run("pipeline", "run", "--rebuild"),
        recovery=NOTHING,
    ),
    Fault(
        "a published row of an old day was changed by hand",
        Group.SCHEMA,
        Finder.REBUILD,
        "increments_are_the_whole: work_cube",
        Sees.LATE,
        "update serving.work_cube set handed_over = handed_over + 1 where day = current_date - 20",
        run=lambda laboratory: laboratory.run("pipeline", "run", "--rebuild"),
        recovery=NOTHING,
    ),
)
