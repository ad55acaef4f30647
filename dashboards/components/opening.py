"""How a number opens to the rows behind it: every card, mark and cell has an address that shows them.

They are links and no buttons: a reader may open them beside the page, and comes back to what was there.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboards.answers.catalogue import Meaning
from dashboards.loaders import Listing, Number
from dashboards.texts import _

ROWS, ROWS_PATH = "app_pages/rows.py", "rows"
TICKET, TICKET_PATH = "app_pages/ticket.py", "ticket"
# Names of these addresses: which answer, which of its fields, which list without a proof, which ticket by its
# task or, where it has none, by its number.
ANSWER, FIELD, LIST, TASK, UNROUTED = "of", "field", "list", "task", "ticket"

# A row of a table and one of its columns lead to a number, to a list, or to nothing.
Opens = Callable[[Mapping[Any, Any], str], Number | Listing | None]


def href_of(opened: Number | Listing) -> str:
    """Where the rows of a number are shown."""
    if isinstance(opened, Listing):
        return f"/{ROWS_PATH}?{urlencode({LIST: opened.address})}"
    return f"/{ROWS_PATH}?{urlencode({ANSWER: opened.address, FIELD: opened.field})}"


def href_of_ticket(task_id: int, ticket_number: str) -> str:
    """Where a ticket is shown; the number behind the # is what a table shows of it."""
    return f"/{TICKET_PATH}?{urlencode({TASK: task_id})}#{ticket_number}"


def href_of_unrouted(ticket_number: str) -> str:
    """Where a ticket is shown that has no task yet."""
    return f"/{TICKET_PATH}?{urlencode({UNROUTED: ticket_number})}#{ticket_number}"


def show_link(href: str, text: str) -> None:
    st.html(f'<a href="{escape(href)}">{escape(text)}</a>')


def show_number_link(opened: Number | Listing, meaning: Meaning | None = None) -> None:
    """The way to the rows, or to what the number is added up from; there is none where neither is known."""
    if isinstance(opened, Number) and meaning is not None and not meaning.is_provable:
        return
    is_added_up = meaning is not None and not meaning.is_listed
    show_link(href_of(opened), _("See how it adds up") if is_added_up else _("See the tickets"))


def with_links(table: pd.DataFrame, opens: Opens, column: str) -> pd.DataFrame:
    """The table with the address that each row's mark leads to; `column` names the one with its series."""
    numbers = [opens(row, str(row[column])) for row in table.to_dict("records")]
    return table.assign(href=pd.Series(["" if number is None else href_of(number) for number in numbers]))
