"""The rows behind one number: what it means, that it is what they come to, and each with its own page."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pandas as pd
import streamlit as st

from dashboards import loaders
from dashboards.answers.proof import FieldProof, Proof, Rows
from dashboards.components import columns, printing, shown, wording
from dashboards.components.exporting import show_exports
from dashboards.components.freshness import show_freshness
from dashboards.components.opening import ANSWER, FIELD, LIST, show_link
from dashboards.components.pages import page_of
from dashboards.components.privacy import PEOPLE_COLUMNS, is_team_only_for_all
from dashboards.frames import rows as frames
from dashboards.reports.blocks import Figure, Figures
from dashboards.texts import _

PAGE_SIZE = 100
# Lists of rows, and nothing else: an address that others wrote is asked for with the reader's own token.
LISTS = "/analytics/drilldown/"


@page_of(_("Behind a number"))
def show_page() -> None:
    listed = st.query_params.get(LIST, "")
    if listed.startswith(LISTS):
        _show_list(listed)
        return
    address, field = st.query_params.get(ANSWER), st.query_params.get(FIELD)
    if not address or not field:
        shown.info(_("Choose a number on another page to see the tickets behind it."))
        return
    proof = loaders.ask_kept(Proof, "/analytics/proof/", {"path": address, "field": field})
    show_freshness(proof)
    if not proof.proofs:
        shown.info(_("This number is not in the answer any more: choose it again on its page."))
        return
    found = proof.proofs[0]
    _show_number(found, address)
    if found.drilldown is None:
        shown.info(_("There is no list of the rows that it was added up from."))
        return
    _show_rows(found.drilldown)


def _show_number(found: FieldProof, address: str) -> None:
    meaning = loaders.meanings(urlsplit(address).path).get(_field_of_catalogue(found.field))
    name = meaning.name if meaning else found.field
    st.metric(name, wording.number(found.value), help=meaning.text if meaning else None)
    printing.note(Figures([Figure(name, wording.number(found.value))]))
    if meaning:
        shown.caption(meaning.text)
    _tell_filters(address)
    if found.agrees:
        shown.caption(
            _("Added up anew from {table} it comes to the same: {value}.").format(
                table=found.rows, value=wording.number(found.readded)
            )
        )
    else:
        shown.warning(
            _("Added up anew from {table} it comes to {value}, which is not the same.").format(
                table=found.rows, value=wording.number(found.readded)
            )
        )


def _show_list(address: str) -> None:
    """Rows whose number nothing adds up anew: what was asked for is all there is to say of them."""
    rows = _read_rows(address)
    show_freshness(rows)
    _tell_filters(address)
    _show_rows(address)


def _tell_filters(address: str) -> None:
    chosen = dict(parse_qsl(urlsplit(address).query))
    chosen.pop("known_on", None)
    if chosen:
        shown.text(_("Asked for: {filters}.").format(filters=wording.listed(chosen)))


def _read_rows(address: str) -> Rows:
    parts = urlsplit(address)
    paging = {"page": str(_page_number()), "page_size": str(PAGE_SIZE)}
    return loaders.ask_kept(Rows, parts.path, {**dict(parse_qsl(parts.query)), **paging})


def _show_rows(address: str) -> None:
    rows = _read_rows(address)
    shown.subheader(_("{count} rows").format(count=wording.count(rows.count)))
    table = frames.rows_table(rows.results)
    named = PEOPLE_COLUMNS.intersection(table.columns) if is_team_only_for_all() else set()
    table = table.drop(columns=list(named))
    event = shown.table(
        table,
        _("Rows behind the number"),
        _columns(table),
        key="rows",
        on_select="rerun",
        selection_mode="single-cell",
    )
    _show_chosen(table, event.selection.cells)
    pages = max(1, ceil(rows.count / PAGE_SIZE))
    if pages > 1:
        st.pagination(pages, key="page", bind="query-params")
    if not named:
        show_exports(address)
    st.caption(_("A ticket's number leads to its history; a click on the head of a column sorts."))


def _show_chosen(table: pd.DataFrame, cells: Sequence[tuple[int, str]]) -> None:
    """Lead to the ticket of the chosen cell: links in the table itself are for the mouse alone."""
    for row, _column in cells[:1]:
        if frames.NUMBER in table.columns:
            href = str(table[frames.NUMBER].iloc[row])
            show_link(href, _("Open {ticket}").format(ticket=href.rpartition("#")[2]))


def _page_number() -> int:
    text = st.query_params.get("page", "1")
    return max(1, int(text)) if text.isdigit() else 1


def _columns(table: pd.DataFrame) -> Mapping[str, Any]:
    return {
        **columns.instants_of(table),
        frames.NUMBER: st.column_config.LinkColumn(display_text="#(.*)$"),
        frames.TASK: None,
    }


def _field_of_catalogue(field: str) -> str:
    """`status_summary[status=completed].count` as the catalogue writes it: `status_summary[].count`."""
    opened = field.find("[")
    return field if opened < 0 else f"{field[:opened]}[]{field[field.rfind(']') + 1 :]}"


show_page()
