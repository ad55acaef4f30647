"""The cards at the head of a page: what the API counted, and what each count means."""

from dataclasses import dataclass

import streamlit as st

from dashboards.answers import Dashboard
from dashboards.components import wording

COLUMNS = 4


@dataclass(frozen=True)
class Card:
    label: str
    value: str
    meaning: str


def build_cards(numbers: Dashboard) -> list[Card]:
    return [
        Card(
            "Total tickets",
            wording.count(numbers.total_tickets),
            "Tickets created in the chosen period that entered a workflow.",
        ),
        Card(
            "Open",
            wording.count(numbers.open_tickets),
            "Of these, the ones neither completed nor cancelled.",
        ),
        Card(
            "Unassigned",
            wording.count(numbers.unassigned_tickets),
            "Tickets that matched no workflow, or that wait for somebody to take them.",
        ),
        Card(
            "SLA compliance",
            wording.percent(numbers.sla_compliance_rate),
            "Met ÷ (met + breached). Open tickets inside their target are in neither.",
        ),
        Card(
            "SLA breached",
            wording.count(numbers.sla_breached),
            "Completed after their target, or open past it.",
        ),
        Card(
            "At risk",
            wording.count(numbers.sla_at_risk),
            "Open, not late yet, with 80 % or more of their time used.",
        ),
        Card(
            "Median resolution",
            wording.hours(numbers.median_resolution_hours),
            "Half of the resolved tickets took less: from creation to resolution, within 1 %.",
        ),
        Card(
            "First response",
            wording.hours(numbers.avg_first_response_hours),
            "Mean time from creation until somebody first worked on the ticket.",
        ),
    ]


def show_cards(numbers: Dashboard) -> None:
    cards = build_cards(numbers)
    for start in range(0, len(cards), COLUMNS):
        for column, card in zip(st.columns(COLUMNS), cards[start : start + COLUMNS], strict=True):
            column.metric(card.label, card.value, help=card.meaning, border=True)
