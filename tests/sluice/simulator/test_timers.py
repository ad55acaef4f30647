"""The timers of a desk whose history was loaded: what is past is nobody's news."""

from datetime import timedelta

from api.kit.db import Database
from api.settings import ApiSettings
from api.worker import timers
from tests.factories.desk import Desk
from tests.sluice.history_import.conftest import Sluice

_OPEN = "status in ('pending', 'in progress', 'on_hold')"
_LATE = f"select count(*) from ops.task where {_OPEN} and coalesce(hold_started_at, %s) > target_resolution"


async def test_timers_tell_only_what_happens_after_the_load(sluice: Sluice, database_url: str) -> None:
    desk = Desk(database_url)
    assert sluice("simulate", "--tickets", 1500, "--days", 40).exit_code == 0
    loaded_at = desk.scalar("select max(fetched_at) from ops.ticket_snapshot")
    late_before = desk.scalar(_LATE, loaded_at)
    assert late_before > 0, "the history has nothing that could be told by mistake"
    database = Database.connect(ApiSettings(database_url=database_url), role="sluice_api")
    assert await timers.notice_crossings(database, loaded_at) == {}
    # On some days all items that are held then have run out before the load; these run out after it.
    desk.execute(
        "update ops.task_item set target_resolution = %s where closed_at is null",
        loaded_at + timedelta(hours=1),
    )
    # Long enough for every promise of the desk to run out.
    later = loaded_at + timedelta(days=400)
    noticed = await timers.notice_crossings(database, later)
    assert noticed["breach"] == desk.scalar(_LATE, later) - late_before > 0
    too_early = "select count(*) from ops.task_item where breached_at <= %s"
    assert desk.scalar(too_early, loaded_at) == 0 < noticed["late_items"]
    closed = await timers.close_resolved(database, ApiSettings(database_url=database_url), later)
    await database.close()
    assert closed == 0
