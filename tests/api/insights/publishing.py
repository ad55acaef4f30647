"""Publish a desk: every table of `serving` computed from its tickets in plain Python."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import product, starmap
from statistics import median
from typing import Any

import psycopg
from psycopg import sql

from tests.api.insights.desk import AS_OF, WORKFLOWS, Ticket

DIMENSIONS = ("department", "category", "sub_category", "workflow_id", "priority")
AGE_COLUMNS = {
    "0-1 days": "age_0_1",
    "1-7 days": "age_1_7",
    "7-30 days": "age_7_30",
    "30-90 days": "age_30_90",
    "90+ days": "age_90_plus",
}
SLA_COLUMNS = {"no_sla": "sla_none"} | {
    state: f"sla_{state}" for state in ("met", "breached", "on_track", "at_risk")
}
PUBLISHED = (
    "workflow_facts", "ticket_series", "ticket_cube", "duration_histogram", "durations_to_date",
    "user_days", "ticket_rows", "snapshot_rows", "ticket_arrivals", "ticket_hours",
)  # fmt: skip
Series = tuple[Any, ...]
Changes = dict[date, Counter[Any]]
OVERVIEW = -1


def changes(ticket: Ticket) -> Iterator[tuple[date, str, int]]:
    """What a ticket adds to the measures, and on which day."""
    columns = ["tickets", ticket.status.replace(" ", "_"), SLA_COLUMNS[ticket.sla_status]]
    columns.append(AGE_COLUMNS[ticket.age_bucket])
    columns += [f"open_{AGE_COLUMNS[ticket.age_bucket]}"] if ticket.is_open else []
    columns += ["sla_critical"] if ticket.is_critical else []
    columns += ["escalated"] if ticket.is_escalated else []
    columns += ["transferred"] if ticket.is_transferred else []
    columns += ["unassigned"] if ticket.is_assignment_needed else []
    yield from ((ticket.day, column, 1) for column in columns)
    if ticket.resolution_seconds is not None and ticket.resolved_at is not None:
        yield ticket.day, "resolutions", 1
        yield ticket.day, "resolution_seconds", ticket.resolution_seconds
        yield ticket.resolved_at.date(), "resolved_flow", 1
    if ticket.first_response_seconds is not None:
        yield ticket.day, "first_responses", 1
        yield ticket.day, "first_response_seconds", ticket.first_response_seconds
    if ticket.cancelled_at is not None:
        yield ticket.cancelled_at.date(), "cancelled_flow", 1


def durations(ticket: Ticket) -> Iterator[tuple[str, int]]:
    """The seconds that the histograms hold, by measure."""
    for measure in ("resolution", "net_resolution", "first_response"):
        seconds = getattr(ticket, f"{measure}_seconds")
        if seconds is not None:
            yield measure, seconds


def series_of(ticket: Ticket) -> Iterator[Series]:
    """Every combination of filters that the ticket passes."""
    values = [getattr(ticket, name) for name in DIMENSIONS]
    yield from product(*((value, None) for value in values))


def by_month(changes: Changes) -> Iterator[tuple[date, list[tuple[date, Any, int]]]]:
    """What changed on the days of each month, after the sum of all before it, dated the eve of the month."""
    sums: Counter[Any] = Counter()
    for month in sorted({day.replace(day=1) for day in changes}):
        entries = [
            (month - timedelta(days=1), value, count) for value, count in sorted(sums.items()) if count
        ]
        for day in sorted(day for day in changes if day.replace(day=1) == month):
            entries += [(day, value, count) for value, count in sorted(changes[day].items()) if count]
            sums.update(changes[day])
        yield month, entries


class Publication:
    def __init__(self, connection: psycopg.Connection[Any], tickets: Sequence[Ticket]) -> None:
        self.connection = connection
        self.tickets = tickets
        self.keys: dict[Series, Any] = {}
        self.measures = self._columns("ticket_cube") - {"series_key", "day"}

    def publish(self) -> int:
        """Replace what is published, in one transaction; the publication's id comes back."""
        with self.connection.transaction():
            for table in PUBLISHED:
                self.connection.execute(sql.SQL("delete from serving.{}").format(sql.Identifier(table)))
            self._insert_workflows()
            self._insert_series()
            self._insert_cube()
            self._insert_histograms()
            self._insert_rows()
            self._insert_arrivals()
            return self._point_here()

    def _insert_workflows(self) -> None:
        """Name them; nothing of this desk tells of steps."""
        nothing = dict.fromkeys(self._columns("workflow_facts"), 0) | {"happy_variant_id": None}
        told = {"department": "IT", "category": "*", "sub_category": "*", "status": "initialized"}
        names = ({"workflow_id": key, "workflow_name": name} for key, name in WORKFLOWS.items())
        self.fill("workflow_facts", [nothing | told | each for each in names])

    def _insert_series(self) -> None:
        for series in {series for ticket in self.tickets for series in series_of(ticket)}:
            (key,) = self._one("select serving.series_key(%s, %s, %s, %s, %s)", series)
            self.keys[series] = key
        rows = [
            {"series_key": key, **dict(zip(DIMENSIONS, series, strict=True))}
            | {"workflow_name": WORKFLOWS.get(series[3])}
            for series, key in self.keys.items()
        ]
        self.fill("ticket_series", rows)

    def _insert_cube(self) -> None:
        added: dict[Series, dict[date, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        seen: dict[Series, dict[int, set[date]]] = defaultdict(lambda: defaultdict(set))
        for ticket in self.tickets:
            for series in series_of(ticket):
                for day, column, amount in changes(ticket):
                    added[series][day][column] += amount
                for user_id in ticket.assignees:
                    seen[series][user_id].add(ticket.day)
        for series, days_of_user in seen.items():
            for days in days_of_user.values():
                added[series][min(days)]["users"] += 1
        self.fill("user_days", [row for series in seen for row in self._people(series, seen[series])])
        self.fill("ticket_cube", [row for series in added for row in self._running(series, added[series])])

    def _running(self, series: Series, days: dict[date, Counter[str]]) -> Iterator[dict[str, Any]]:
        total: Counter[str] = Counter()
        for day in sorted(days):
            total += days[day]
            yield {"series_key": self.keys[series], "day": day} | {
                column: total[column] for column in self.measures
            }

    def _people(self, series: Series, seen: dict[int, set[date]]) -> Iterator[dict[str, Any]]:
        """Month by month, how many people were last seen on which day."""
        changes: Changes = defaultdict(Counter)
        for days_of_user in seen.values():
            ordered = sorted(days_of_user)
            for before, day in zip([None, *ordered], ordered, strict=False):
                changes[day][day] += 1
                if before is not None:
                    changes[day][before] -= 1
        for month, entries in by_month(changes):
            days, last_seen, users = map(list, zip(*entries, strict=True))
            row = {"series_key": self.keys[series], "month": month}
            yield row | {"days": days, "last_seen": last_seen, "users": users}

    def _insert_histograms(self) -> None:
        changes: dict[tuple[Series, str, int], Changes] = defaultdict(lambda: defaultdict(Counter))
        held: dict[tuple[Series, str], list[tuple[date, int]]] = defaultdict(list)
        for ticket in self.tickets:
            for measure, seconds in durations(ticket):
                bucket = math.floor(math.log(seconds) / math.log(1.02)) if seconds else -1
                group = max(bucket, 0) // 32
                for series in series_of(ticket):
                    held[series, measure].append((ticket.day, bucket))
                    changes[series, measure, group][ticket.day][bucket] += 1
                    changes[series, measure, OVERVIEW][ticket.day][group] += 1
        rows = []
        for (series, measure, group), changes_of_group in changes.items():
            for month, entries in by_month(changes_of_group):
                days, buckets, counts = map(list, zip(*entries, strict=True))
                rows.append(
                    {"series_key": self.keys[series], "measure": measure, "bucket_group": group}
                    | {"month": month, "days": days, "buckets": buckets, "counts": counts}
                )
        self.fill("duration_histogram", rows)
        self.fill("durations_to_date", starmap(self._to_date, held.items()))

    def _to_date(self, of: tuple[Series, str], held: list[tuple[date, int]]) -> dict[str, Any]:
        """What all durations of one kind and series amount to, each at the middle of its bucket."""
        series, measure = of
        days, buckets = zip(*held, strict=True)
        seconds = sorted(1.02 ** (bucket + 0.5) if bucket >= 0 else 0.0 for bucket in buckets)
        return {
            "series_key": self.keys[series],
            "measure": measure,
            "first_day": min(days),
            "last_day": max(days),
            "samples": len(seconds),
            "least_seconds": seconds[0],
            "median_seconds": median(seconds),
            "p90_seconds": seconds[math.ceil(len(seconds) * 90 / 100) - 1],
            "p95_seconds": seconds[math.ceil(len(seconds) * 95 / 100) - 1],
            "greatest_seconds": seconds[-1],
        }

    def _insert_rows(self) -> None:
        self.fill("ticket_rows", map(self._row, self.tickets))
        self.fill("snapshot_rows", map(self._snapshot, self.tickets))

    def _insert_arrivals(self) -> None:
        quarter = timedelta(minutes=15)
        starts = Counter(AS_OF + (ticket.created_at - AS_OF) // quarter * quarter for ticket in self.tickets)
        self.fill("ticket_arrivals", ({"starts_at": at, "tickets": count} for at, count in starts.items()))

        hours: dict[tuple[Series, date], list[int]] = defaultdict(lambda: [0] * 24)
        for ticket in self.tickets:
            for series in series_of(ticket):
                if ticket.day >= AS_OF.date() - timedelta(days=28) and series.count(None) >= len(series) - 1:
                    hours[series, ticket.day][ticket.created_at.hour] += 1
        self.fill(
            "ticket_hours",
            (
                {"series_key": self.keys[series], "day": day, "tickets_by_hour": counts}
                for (series, day), counts in hours.items()
            ),
        )

    def _row(self, ticket: Ticket) -> dict[str, Any]:
        return {name: getattr(ticket, name) for name in DIMENSIONS} | {
            "task_id": ticket.task_id,
            "ticket_number": f"TX20260101{ticket.task_id:06}",
            "subject": ticket.subject,
            "status": ticket.status,
            "workflow_name": WORKFLOWS[ticket.workflow_id],
            "current_step": "Triage" if ticket.is_open else None,
            "assigned_users": json.dumps([f"Agent {user_id}" for user_id in sorted(ticket.assignees)]),
            "created_at": ticket.created_at,
            "created_day": ticket.day,
            "target_resolution": ticket.target,
            "resolution_time": ticket.resolved_at,
            "resolution_seconds": ticket.resolution_seconds,
            "net_resolution_seconds": ticket.net_resolution_seconds,
            "is_open": ticket.is_open,
            "age_bucket": ticket.age_bucket,
            "sla_status": ticket.sla_status,
            "sla_source": "none" if ticket.target is None else "policy",
            "is_critical": ticket.is_critical,
            "is_unassigned": ticket.is_assignment_needed and ticket.is_open,
            "first_response_at": ticket.first_response_at,
            "escalated_at": ticket.created_at if ticket.is_escalated else None,
            "transferred_at": ticket.created_at if ticket.is_transferred else None,
        }

    def _snapshot(self, ticket: Ticket) -> dict[str, Any]:
        named = ("task_id", "ticket_number", "subject", "workflow_name", "created_at")
        return {name: getattr(ticket, name) for name in DIMENSIONS} | {
            **{name: value for name, value in self._row(ticket).items() if name in named},
            "ticket_id": ticket.task_id,
            "status": "Closed" if ticket.resolved_at else "Open",
            "is_unassigned": ticket.is_assignment_needed,
            "counted_at": ticket.created_at,
        }

    def forecast(
        self, filters: dict[str, Any], points: dict[tuple[str, date], float], **attributes: Any
    ) -> None:
        """Add the forecast of one series: its points by granularity and day, each with its bands."""
        (key,) = self._one(
            "select serving.series_key(%s, %s, %s, %s, %s)", [filters.get(name) for name in DIMENSIONS]
        )
        series = dict.fromkeys(DIMENSIONS) | filters | {"series_key": key, "run_id": 1, "champion": "prophet"}
        series |= {"fallback": False, "model_version": "7", "trained_at": AS_OF, "train_start": None}
        series |= {"train_end": None, "n_obs": 90, "quality": json.dumps({"wape": 0.18}), "warnings": "[]"}
        self.fill("forecast_series", [series | attributes])
        bands = {"lower_95": 0.4, "lower_90": 0.5, "lower_80": 0.6, "upper_80": 1.4, "upper_90": 1.5}
        self.fill(
            "forecast_points",
            [
                {"series_key": key, "granularity": granularity, "ds": day, "predicted": predicted}
                | {name: predicted * share for name, share in (bands | {"upper_95": 1.6}).items()}
                for (granularity, day), predicted in points.items()
            ],
        )

    def _point_here(self) -> int:
        (publication_id,) = self._one(
            """
            insert into serving.publications
                (data_as_of, watermark, run_id, code_version, row_counts, check_results)
            values (%s, pg_current_xact_id(), 'test', 'test', '{}', '{}')
            returning publication_id
            """,
            [AS_OF],
        )
        self.connection.execute(
            """
            insert into serving.current_publication (publication_id) values (%s)
            on conflict (only_row) do update set publication_id = excluded.publication_id
            """,
            [publication_id],
        )
        # It kept no row of the publications before.
        self.connection.execute("delete from past.publications")
        self.connection.execute("insert into past.publications values (%s)", [publication_id])
        return int(publication_id)

    def _one(self, statement: str, parameters: Iterable[Any]) -> Any:
        return self.connection.execute(statement, list(parameters)).fetchone()

    def _columns(self, table: str) -> set[str]:
        """Those that a build fills; which publication a row came with, its default tells."""
        description = self.connection.execute(
            sql.SQL("select * from serving.{} limit 0").format(sql.Identifier(table))
        ).description
        return {column.name for column in description or ()} - {"known_from"}

    def fill(self, table: str, rows: Iterable[dict[str, Any]]) -> None:
        columns = sorted(self._columns(table))
        statement = sql.SQL("copy serving.{} ({}) from stdin").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([row[column] for column in columns])
