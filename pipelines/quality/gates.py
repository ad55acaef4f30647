from dataclasses import dataclass
from pathlib import Path

_SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class Gate:
    """The asset that a suite of the same name guards; its query gives a bounded number of rows to judge."""

    name: str
    asset: tuple[str, str]
    description: str
    compares_publications: bool = False

    @property
    def query(self) -> str:
        return (_SQL / f"{self.name}.sql").read_text(encoding="utf-8")


OPERATIONAL_ROWS = Gate(
    name="operational_rows",
    asset=("ops", "task"),
    description="The newest tasks are complete, of known vocabulary and in a possible order of time.",
)
TICKET_ROWS = Gate(
    name="ticket_rows",
    asset=("marts", "fct_tickets"),
    description="The newest tickets have known states and durations that a desk can have.",
)
TICKET_PROFILE = Gate(
    name="ticket_profile",
    asset=("marts", "fct_tickets"),
    description="Volume and shares of missing values are in line with the current publication.",
    compares_publications=True,
)
GATES = (OPERATIONAL_ROWS, TICKET_ROWS, TICKET_PROFILE)
