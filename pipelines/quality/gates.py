from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_SQL = Path(__file__).parent / "sql"


class Stage(StrEnum):
    """Which gates are judged together: what comes in, what was built of it, and what was foretold."""

    INPUTS = "inputs"
    MARTS = "marts"
    PREDICTIONS = "predictions"


@dataclass(frozen=True)
class Gate:
    """The asset that a suite of the same name guards; its query gives a bounded number of rows to judge.

    Where a run was told to accept changes, a gate that `compares` takes what it finds as the new normal.
    """

    name: str
    asset: tuple[str, str]
    stage: Stage
    description: str
    compares: bool = False

    @property
    def query(self) -> str:
        return (_SQL / f"{self.name}.sql").read_text(encoding="utf-8")


OPERATIONAL_ROWS = Gate(
    name="operational_rows",
    asset=("ops", "task"),
    stage=Stage.INPUTS,
    description="The newest tasks are complete, and their deadlines lie after their beginning.",
)
OPERATIONAL_FEED = Gate(
    name="operational_feed",
    asset=("ops", "task_event"),
    stage=Stage.INPUTS,
    description="What came in last is as much, as complete, as prompt and in the same words as before.",
    compares=True,
)
QUARANTINE = Gate(
    name="quarantine",
    asset=("build", "input_facts"),
    stage=Stage.MARTS,
    description="No row of the operational tables had to be set aside, or few of many.",
    compares=True,
)
TICKET_ROWS = Gate(
    name="ticket_rows",
    asset=("marts", "fct_tickets"),
    stage=Stage.MARTS,
    description="The newest tickets have known states and durations that a desk can have.",
)
TICKET_PROFILE = Gate(
    name="ticket_profile",
    asset=("marts", "fct_tickets"),
    stage=Stage.MARTS,
    description="Volume and shares of missing values are in line with the current publication.",
    compares=True,
)
VOLUME_FEATURES = Gate(
    name="volume_features",
    asset=("marts", "ticket_volume"),
    stage=Stage.MARTS,
    description="The series that forecasts are learnt from hold every ticket once, and no day to come.",
)
FORECASTS = Gate(
    name="forecasts",
    asset=("build", "forecast_points"),
    stage=Stage.PREDICTIONS,
    description="What is forecast of all tickets is finite, of the size of what came last, and has a shape.",
    compares=True,
)
RISKS = Gate(
    name="risks",
    asset=("build", "ticket_risks"),
    stage=Stage.PREDICTIONS,
    description="What is told of open tickets is possible, and not far from what became of others.",
)
GATES = (
    OPERATIONAL_ROWS,
    OPERATIONAL_FEED,
    QUARANTINE,
    TICKET_ROWS,
    TICKET_PROFILE,
    VOLUME_FEATURES,
    FORECASTS,
    RISKS,
)
