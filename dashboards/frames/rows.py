"""Rows of any list, and what happened to one ticket."""

from collections.abc import Mapping, Sequence

import pandas as pd

from dashboards.answers.ticket import Action, Visualization
from dashboards.components.opening import href_of_ticket
from dashboards.texts import _

TASK, NUMBER = "task_id", "ticket_number"
# Columns of lists that hold instants under other names than the usual ones.
INSTANTS = frozenset({"target_resolution", "resolution_time", "entered", "left"})


def rows_table(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Rows of a list as the API tells them, with instants that sort as such."""
    table = pd.DataFrame(rows)
    if {TASK, NUMBER} <= set(table.columns):
        table[NUMBER] = [
            href_of_ticket(task, str(number)) for task, number in zip(table[TASK], table[NUMBER], strict=True)
        ]
    for name in table.columns:
        if name.endswith("_at") or name in INSTANTS:
            table[name] = pd.to_datetime(table[name], utc=True, format="ISO8601")
    return table


def path_table(path: Visualization) -> pd.DataFrame:
    """Steps of the ticket's workflow and what became of them, as its drawing has them."""
    return pd.DataFrame(
        [
            {
                _("Step"): node.label,
                _("Role"): node.role,
                _("State"): node.status,
                _("Visits"): node.visits,
            }
            for node in path.nodes
        ],
        columns=[_("Step"), _("Role"), _("State"), _("Visits")],
    )


def actions_table(actions: Sequence[Action]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                _("When"): action.at,
                _("What"): action.action.replace("_", " "),
                _("Who"): action.actor_name or _("System"),
                _("From step"): action.from_step,
                _("To step"): action.to_step,
                _("Notes"): action.notes,
            }
            for action in actions
        ],
        columns=[_("When"), _("What"), _("Who"), _("From step"), _("To step"), _("Notes")],
    )
