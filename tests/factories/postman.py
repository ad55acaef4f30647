"""A worker that carries out what is to be told, one round at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from procrastinate import App
from psycopg.types.json import Jsonb

from api.notifications.channels.webhook import SECRET_PREFIX
from api.notifications.jobs import NOTIFICATIONS
from api.settings import ApiSettings
from api.worker.context import WorkerContext, open_context
from api.worker.queue import create_queue
from tests.factories.desk import Desk
from tests.factories.notices import add_notification

SECRET = f"{SECRET_PREFIX}c2VjcmV0IG9mIHRoZSBlbmRwb2ludA=="


@dataclass(frozen=True)
class Postman:
    desk: Desk
    context: WorkerContext
    queue: App

    async def work(self) -> None:
        """Run every job that is due, and those that become due by it."""
        await self.queue.run_worker_async(
            queues=[NOTIFICATIONS],
            wait=False,
            install_signal_handlers=False,
            listen_notify=False,
            delete_jobs="successful",
        )

    async def tell(self, **changes: Any) -> UUID:
        """Notify somebody, and work until nothing is due."""
        notification_id = add_notification(self.desk, **changes)
        await self.work()
        return notification_id

    async def work_later(self) -> None:
        """Work when the waiting time of every delivery is over."""
        self.desk.execute("update ops.notification_delivery set next_attempt_at = now()")
        self.alter_jobs("update procrastinate_jobs set scheduled_at = now() where status = 'todo'")
        await self.work()

    def alter_jobs(self, statement: str) -> None:
        """Change the queue's tables, whose triggers find each other by the search path."""
        self.desk.execute(f"set search_path = queue; {statement}")

    def delivery(self) -> dict[str, Any]:
        (row,) = self.deliveries()
        return row

    def deliveries(self) -> list[dict[str, Any]]:
        return self.desk.execute(
            "select *, next_attempt_at - now() as waits from ops.notification_delivery "
            "order by notification_delivery_id"
        )

    def waiting_jobs(self) -> list[dict[str, Any]]:
        return self.desk.execute(
            "select *, scheduled_at - now() as waits from queue.procrastinate_jobs "
            "where status = 'todo' and queue_name = %s",
            NOTIFICATIONS,
        )

    def add_account(self, user_id: int = 4, email: str | None = "kim@desk.test", **changes: Any) -> None:
        fields = {"user_type": "staff", "is_active": True} | changes
        self.desk.execute(
            "insert into ops.user_account (user_type, user_id, username, email, full_name, is_active) "
            "values (%s, %s, %s, %s, 'Kim', %s)",
            fields["user_type"],
            user_id,
            f"kim-{fields['user_type']}-{user_id}",
            email,
            fields["is_active"],
        )

    def add_webhook(self, url: str, **changes: Any) -> int:
        fields = {"types": [], "is_active": True, "secret": SECRET, "deleted_at": None} | changes
        webhook_id: int = self.desk.scalar(
            "insert into ops.webhook (url, secret, types, is_active, deleted_at) "
            "values (%s, %s, %s, %s, %s) returning webhook_id",
            url,
            fields["secret"],
            Jsonb(fields["types"]),
            fields["is_active"],
            fields["deleted_at"],
        )
        return webhook_id


@asynccontextmanager
async def open_postman(settings: ApiSettings, desk: Desk) -> AsyncIterator[Postman]:
    async with open_context(settings) as context:
        queue = create_queue(context)
        async with queue.open_async():
            yield Postman(desk, context, queue)
