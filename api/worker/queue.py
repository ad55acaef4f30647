"""The job queue: which jobs there are, what runs them, and how long a failed one waits."""

from procrastinate import App, PsycopgConnector

from api.worker import deliveries, digests, notifications, timers
from api.worker.context import WorkerContext

CONCURRENCY = 8


def create_queue(context: WorkerContext) -> App:
    connector = PsycopgConnector(
        conninfo=context.settings.database_url,
        kwargs={"options": "-c role=sluice_api -c search_path=queue", "application_name": "worker"},
        min_size=1,
        max_size=CONCURRENCY + 2,
    )
    app = App(connector=connector)
    deliveries.register(app, context)
    notifications.register(app, context)
    digests.register(app, context)
    timers.register(app, context)
    return app
