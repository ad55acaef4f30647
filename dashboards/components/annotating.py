"""Annotations of the time axes: seen, added, changed, taken away."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import streamlit as st

from dashboards import loaders
from dashboards.answers.annotations import Annotation, Annotations
from dashboards.answers.operations import Workflows
from dashboards.components import columns, wording
from dashboards.components.annotations import PATH
from dashboards.components.cards import chart_card
from dashboards.components.confirming import Act, do_if_sure, do_now
from dashboards.components.filters import told_apart
from dashboards.components.live_filters import MOST_WORKFLOWS
from dashboards.components.tables import show_rows
from dashboards.errors import NothingPublishedError, NotPermittedError
from dashboards.frames.annotations import annotations_table
from dashboards.session import current_account
from dashboards.texts import _

# As many as the API lists at once.
MOST_ANNOTATIONS = 100
# Fields of a form that was sent are not those of the next one.
FORM = "forms of annotations sent"


def show_annotation_forms() -> None:
    """Those of all days, the newest first.

    Raises:
        NotPermittedError: the reader is no administrator; others meet annotations on charts only.
    """
    account = current_account()
    if account is None or not account.is_admin:
        raise NotPermittedError(
            _("Annotations are looked after by administrators (role Admin in system tts).")
        )
    listed = loaders.ask_now(Annotations, PATH, {"page_size": str(MOST_ANNOTATIONS)})
    workflows = _workflows()
    annotations = {str(each.annotation_id): each for each in listed.results}
    chosen = st.selectbox(
        _("Annotation"),
        list(annotations),
        index=None,
        format_func=lambda number: _name(annotations[number]),
        key="annotation",
        bind="query-params",
        placeholder=_("A new one"),
    )
    annotation = annotations.get(chosen or "")
    _show_form(annotation, workflows)
    if not annotations:
        st.info(_("Nothing is written onto the time axes yet."))
        return
    names = {number: name for name, number in workflows.items()}
    table = annotations_table(listed.results, names)
    show_rows(table, _("Annotations of the time axes"), columns.days_of(table))
    if listed.count > len(annotations):
        st.caption(_("The newest {shown} are shown.").format(shown=wording.count(len(annotations))))


def _show_form(annotation: Annotation | None, workflows: Mapping[str, int]) -> None:
    """Days and words as the API reads them: what it refuses it says by name."""
    title = _("Change it") if annotation else _("Write onto the time axes")
    sent = st.session_state.get(FORM, 0)
    name = f"annotation {annotation.annotation_id if annotation else 'new'} {sent}"
    with chart_card(title, _("Everybody of the staff sees it on charts over days, which are days of UTC.")):
        with st.form(name, border=False):
            body = _fields(annotation, workflows)
            is_saved = st.form_submit_button(_("Save"), type="primary")
        is_deleted = annotation is not None and st.button(_("Delete"), icon=":material/delete:")
    if is_saved:
        do_now(_saving(annotation, body))
    if annotation is not None and is_deleted:
        question = _("{name} will be on no chart any more.").format(name=_name(annotation))
        do_if_sure(question, _deleting(annotation))


def _fields(annotation: Annotation | None, workflows: Mapping[str, int]) -> dict[str, object]:
    kinds, form = list(wording.ANNOTATION_KINDS), wording.day_form()
    one, two, three, four = st.columns([2, 4, 2, 2])
    kind = one.selectbox(
        _("Kind"),
        kinds,
        index=kinds.index(annotation.kind) if annotation else 0,
        format_func=lambda key: _(wording.ANNOTATION_KINDS[key]),
    )
    title = two.text_input(_("Title"), annotation.title if annotation else "")
    today = datetime.now(UTC).date()
    first = three.date_input(_("First day"), annotation.first_day if annotation else today, format=form)
    last = four.date_input(
        _("Last day, if another"), annotation.last_day if annotation else None, format=form
    )
    description = st.text_area(_("Description"), annotation.description if annotation else "", height=80)
    left, middle, right = st.columns(3)
    with left:
        department = _part(_("Department"), "department", annotation.department if annotation else None)
    with middle:
        category = _part(_("Category"), "category", annotation.category if annotation else None)
    number = annotation.workflow_id if annotation else None
    if number is not None and number not in workflows.values():
        workflows = {**workflows, f"#{number}": number}
    place = None if number is None else list(workflows.values()).index(number)
    workflow = right.selectbox(_("Workflow"), list(workflows), index=place, placeholder=_("All"))
    return {
        "kind": kind,
        "title": title,
        "description": description,
        "first_day": _day(first),
        "last_day": _day(last),
        "department": department,
        "category": category,
        "workflow_id": workflows[workflow] if workflow else None,
    }


def _part(label: str, dimension: str, chosen: str | None) -> str | None:
    """One of those that have tickets, or one that will have some."""
    try:
        groups = loaders.groups(dimension)
    except NothingPublishedError:
        groups = []
    names = sorted({*(getattr(group, dimension) or "" for group in groups), chosen or ""} - {""})
    return st.selectbox(
        label,
        names,
        index=names.index(chosen) if chosen else None,
        placeholder=_("All"),
        accept_new_options=True,
    )


def _workflows() -> dict[str, int]:
    query = {"ordering": "name", "page_size": str(MOST_WORKFLOWS)}
    found = loaders.ask_now(Workflows, "/workflows/", query).results
    return told_apart([(workflow.name, workflow.workflow_id) for workflow in found])


def _day(of: date | None) -> str | None:
    return str(of) if of else None


def _name(annotation: Annotation) -> str:
    return f"{annotation.title} ({wording.days(annotation.first_day, annotation.end)})"


def _saving(annotation: Annotation | None, body: Mapping[str, object]) -> Act:
    def save() -> str:
        if annotation is None:
            made = loaders.change_once(Annotation, PATH, body)
            st.session_state[FORM] = st.session_state.get(FORM, 0) + 1
            return _("{name} was added.").format(name=_name(made))
        loaders.change("PUT", f"{PATH}{annotation.annotation_id}/", body)
        return _("{name} was changed.").format(name=body["title"])

    return save


def _deleting(annotation: Annotation) -> Act:
    def delete() -> str:
        loaders.change("DELETE", f"{PATH}{annotation.annotation_id}/")
        # What was chosen is no more.
        del st.session_state["annotation"]
        return _("{name} was deleted.").format(name=_name(annotation))

    return delete
