"""People, or roles where nobody is named, as tables: what they hold and what became of it."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from dashboards.answers.people import (
    AgentLoad,
    ItemOrigins,
    ItemPerformance,
    ItemStatuses,
    ItemTrends,
    Performer,
    RoleLoad,
    Transfers,
    User,
)
from dashboards.components import wording

# From so many items on, one of them moves a rate by no more than five percent.
FEW = 20
KEY, NAME = "Key", "Name"
# Which field of the answer a column of the table of people shows.
PEOPLE_FIELDS = {
    "Items": "total_items",
    "Resolved": "resolved",
    "Open": "active_items",
    "Overdue": "overdue_items",
    "Escalated": "escalated",
    "Resolved %": "resolution_rate",
    "In time %": "sla_met_rate",
    "Past target %": "breach_rate",
    "Escalated %": "escalation_rate",
    "Acted on": "actions",
    "Mean h": "avg_time_to_action_hours",
    "Median h": "median_time_to_action_hours",
    "9 of 10 within h": "p90_time_to_action_hours",
}
ROLE_FIELDS = {
    "Items": "total_task_items",
    "Open": "active_items",
    "Overdue": "overdue_items",
    "In time %": "sla_compliance.summary.current_compliance_rate_percent",
    "Acted on": "time_to_action_hours.samples",
    "Median h": "time_to_action_hours.median",
    "9 of 10 within h": "time_to_action_hours.p90",
}
LOAD = ["Open", "Overdue"]
NOTED = ["New", "Resolved", "Transferred", "Escalated", "Breached"]


def names_of(people: Sequence[User]) -> list[str]:
    """A name for each, and the number with it where two share one."""
    ids = {person.user_id: person.user_name or f"#{person.user_id}" for person in people}
    shared = Counter(ids.values())
    return [person.label if shared[ids[person.user_id]] > 1 else ids[person.user_id] for person in people]


def load_table(people: list[AgentLoad]) -> pd.DataFrame:
    names = names_of(people)
    return _load(
        [{KEY: row.user_id, NAME: name, **_loads(row)} for row, name in zip(people, names, strict=True)]
    )


def role_load_table(roles: list[RoleLoad]) -> pd.DataFrame:
    return _load([{KEY: row.role, NAME: row.role, "People": row.agents, **_loads(row)} for row in roles])


def _loads(row: AgentLoad | RoleLoad) -> dict[str, object]:
    return {
        "Open": row.active_tasks,
        "Overdue": row.overdue_items,
        "Capacity": row.capacity,
        "Used %": row.utilization,
    }


def _load(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=None if rows else [KEY, NAME, *LOAD, "Capacity", "Used %"])


def performance_table(people: list[Performer]) -> pd.DataFrame:
    """One row per person in the order of the ranking, with how many items each figure is of."""
    rows = [
        {
            KEY: person.user_id,
            NAME: name,
            "Roles": ", ".join(person.roles),
            "Samples": _samples(person.total_items),
            **{column: getattr(person, field) for column, field in PEOPLE_FIELDS.items()},
        }
        for person, name in zip(people, names_of(people), strict=True)
    ]
    return _with_label(pd.DataFrame(rows, columns=[KEY, NAME, "Roles", "Samples", *PEOPLE_FIELDS]))


def role_performance_table(roles: Mapping[str, ItemPerformance]) -> pd.DataFrame:
    rows = [
        {
            KEY: role,
            NAME: role,
            "Samples": _samples(told.total_task_items),
            "Items": told.total_task_items,
            "Open": told.active_items,
            "Overdue": told.overdue_items,
            "In time %": told.sla_compliance.summary.current_compliance_rate_percent,
            "Acted on": told.time_to_action_hours.samples,
            "Median h": told.time_to_action_hours.median,
            "9 of 10 within h": told.time_to_action_hours.p90,
        }
        for role, told in roles.items()
    ]
    return _with_label(pd.DataFrame(rows, columns=[KEY, NAME, "Samples", *ROLE_FIELDS]))


def _samples(items: int) -> str:
    return "Few" if items < FEW else "Enough"


def _with_label(table: pd.DataFrame) -> pd.DataFrame:
    labels = [
        f"{name}  {wording.count(items)}{', few' if samples == 'Few' else ''}"
        for name, items, samples in zip(table[NAME], table["Items"], table["Samples"], strict=True)
    ]
    return table.assign(Bar=pd.Series(labels, dtype=str))


def item_status_table(statuses: ItemStatuses) -> pd.DataFrame:
    return _shares(
        "Status", [(row.status, row.count, row.percentage) for row in statuses.status_distribution]
    )


def item_origin_table(origins: ItemOrigins) -> pd.DataFrame:
    rows = origins.origin_distribution
    return _shares("Origin", [(row.origin, row.count, row.percentage) for row in rows])


def _shares(label: str, rows: list[tuple[str, int, float | None]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                KEY: key,
                label: key.capitalize(),
                "Bar": f"{key.capitalize()}  {wording.count(count)}",
                "Items": count,
                "Share %": percentage,
            }
            for key, count, percentage in rows
        ],
        columns=[KEY, label, "Bar", "Items", "Share %"],
    )


def item_trend_table(trends: ItemTrends) -> pd.DataFrame:
    rows = [
        {"date": point.date, **{name: getattr(point, name.lower()) for name in NOTED}}
        for point in trends.trends
    ]
    table = pd.DataFrame(rows, columns=["date", *NOTED])
    table["date"] = pd.to_datetime(table["date"])
    return table


def escalations_table(transfers: Transfers) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                KEY: step.step_id,
                "Step": step.step_name,
                "Workflow": step.workflow_name,
                "Escalations": step.escalation_count,
            }
            for step in transfers.escalations_by_step
        ],
        columns=[KEY, "Step", "Workflow", "Escalations"],
    )


def handovers_table(transfers: Transfers) -> pd.DataFrame:
    """Who gave away, received and asked for transfers, as many as the answer tells."""
    rows = [
        *(("Gave", "top_transferrers", giver, giver.transfer_count) for giver in transfers.givers),
        *(("Received", "top_transfer_recipients", to, to.received_count) for to in transfers.receivers),
        *(("Asked for", "top_initiators", asked, asked.transfer_count) for asked in transfers.initiators),
    ]
    names = names_of([person for _side, _group, person, _count in rows])
    return pd.DataFrame(
        [
            {KEY: person.user_id, "Group": group, "What": side, NAME: name, "Transfers": count}
            for (side, group, person, count), name in zip(rows, names, strict=True)
        ],
        columns=[KEY, "Group", "What", NAME, "Transfers"],
    )
