"""The cards at the head of a page: what the API counted, and what each count means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboards.answers import Dashboard
from dashboards.components import wording

COLUMNS = 4
CARDS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "total_tickets": ("Total tickets", wording.count),
    "open_tickets": ("Open", wording.count),
    "unassigned_tickets": ("Unassigned", wording.count),
    "sla_compliance_rate": ("SLA compliance", wording.percent),
    "sla_breached": ("SLA breached", wording.count),
    "sla_at_risk": ("At risk", wording.count),
    "median_resolution_hours": ("Median resolution", wording.hours),
    "avg_first_response_hours": ("First response", wording.hours),
}


@dataclass(frozen=True)
class Card:
    label: str
    value: str
    meaning: str | None


def build_cards(numbers: Dashboard, meanings: Mapping[str, str]) -> list[Card]:
    """The cards of these numbers, each with what the API's catalogue says of its field."""
    return [
        Card(label, tell(getattr(numbers, field)), meanings.get(field))
        for field, (label, tell) in CARDS.items()
    ]


def show_cards(numbers: Dashboard, meanings: Mapping[str, str]) -> None:
    cards = build_cards(numbers, meanings)
    for start in range(0, len(cards), COLUMNS):
        for column, card in zip(st.columns(COLUMNS), cards[start : start + COLUMNS], strict=True):
            column.metric(card.label, card.value, help=card.meaning, border=True)
