"""Figures of the worker: what its jobs did, and what is waiting in the database."""

from collections.abc import Mapping

from prometheus_client import Counter, Histogram

from api.kit.attempts import Outcome
from api.kit.metrics import Metrics

# By who sends: an outbox by its schema, or the notifications.
_DIRECTIONS = {"intake": "to_workflow_api", "ops": "to_ticket_service", "notifications": "to_people"}
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


def direction_of(sender: str) -> str:
    return _DIRECTIONS[sender]


class WorkerMetrics(Metrics):
    def __init__(self) -> None:
        super().__init__("worker")
        self._jobs = Counter(
            "sluice_jobs_total",
            "Runs of jobs, by whether they went well; a failed one may run again.",
            ("task", "outcome"),
            registry=self.registry,
        )
        self._job_seconds = Histogram(
            "sluice_job_seconds",
            "Time that a run of a job took.",
            ("task",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._effects = Counter(
            "sluice_timer_effects_total",
            "What the timers of this worker did: deadlines noticed by level, tickets closed.",
            ("timer", "effect"),
            registry=self.registry,
        )
        self._deliveries = Counter(
            "sluice_delivery_attempts_total",
            "Attempts to deliver events and notifications; a retrying one is tried again.",
            ("direction", "channel", "outcome"),
            registry=self.registry,
        )
        self._delivery_seconds = Histogram(
            "sluice_delivery_attempt_seconds",
            "Time from the start of an attempt until its outcome was written down.",
            ("direction", "channel"),
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def observe_effects(self, task: str, effects: Mapping[str, int]) -> None:
        for effect, count in effects.items():
            self._effects.labels(task, effect).inc(count)

    def observe_job(self, task: str, outcome: str, seconds: float) -> None:
        self._jobs.labels(task, outcome).inc()
        self._job_seconds.labels(task).observe(seconds)

    def observe_attempt(self, sender: str, channel: str, outcome: Outcome, seconds: float) -> None:
        direction = direction_of(sender)
        self._deliveries.labels(direction, channel, outcome).inc()
        self._delivery_seconds.labels(direction, channel).observe(seconds)
