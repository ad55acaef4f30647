"""What people are told: one job chooses the channels of a notification, one sends it through each."""

from uuid import UUID

from procrastinate import App

from api.notifications.delivery import deliver
from api.notifications.dispatch import dispatch
from api.notifications.jobs import DELIVERY_TASK, DISPATCH_TASK, NOTIFICATIONS
from api.worker.context import WorkerContext
from api.worker.deliveries import BackOff


def register(app: App, context: WorkerContext) -> None:
    # The back-off is for the database's failures: those of sending have their own times.
    @app.task(name=DISPATCH_TASK, queue=NOTIFICATIONS, retry=BackOff())
    async def dispatch_notification(notification_id: str) -> None:
        await dispatch(context.operations, context.settings, UUID(notification_id))

    @app.task(name=DELIVERY_TASK, queue=NOTIFICATIONS, retry=BackOff())
    async def deliver_notification(delivery_id: int) -> None:
        await deliver(context.outbound, delivery_id)
