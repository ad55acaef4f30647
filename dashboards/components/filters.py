"""The sidebar's filters, the same on every page. Each is in the address, so a link opens the same view."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import streamlit as st

from dashboards import loaders
from dashboards.answers.people import Users
from dashboards.components import shown, wording
from dashboards.components.printing import note_filters
from dashboards.components.privacy import is_team_only_for_all
from dashboards.filters import Filters, Period, period_dates
from dashboards.texts import _

PRIORITIES = ["Critical", "High", "Medium", "Low"]
# As many people as the answer tells at once; the choice is searched by typing.
MOST_PEOPLE = 1000
# What a chosen person is called by in the address.
PERSON = "person"
# Of the filters that all pages share, in the address and in the session.
NAMES = (
    *("period", "from", "to", "compare", "annotations"),
    *("department", "category", "workflow", "priority", "role", PERSON),
)
_PAGE = "page of the filters"


def choose_filters(*, is_team_only: bool = False) -> Filters:
    """Draw the filters and return what is chosen; looking at teams only, nobody is there to choose.

    Raises:
        DashboardError: the API does not say what there is to choose from.
    """
    _take_along()
    with st.sidebar:
        start, end, is_compared = _choose_dates(datetime.now(UTC).date())
        is_annotated = _choose_annotations()
        department = choose(_("Department"), "department", _names("department"))
        category = choose(_("Category"), "category", _names("category"))
        workflows = _workflow_ids()
        workflow = choose(_("Workflow"), "workflow", list(workflows))
        priority = choose(_("Priority"), "priority", PRIORITIES)
        hides_people = is_team_only or is_team_only_for_all()
        role, person, user_id = _choose_people(is_team_only=hides_people)
    note_filters(
        {
            _("Created"): _told_dates(start, end),
            _("Compared with"): _("the period before") if is_compared and start and end else None,
            _("Department"): department,
            _("Category"): category,
            _("Workflow"): workflow,
            _("Priority"): priority,
            _("Role"): role,
            _("Person"): person,
        },
        hidden=frozenset({PERSON} if hides_people else ()),
    )
    return Filters(
        start,
        end,
        department,
        category,
        workflows.get(workflow or ""),
        priority,
        role,
        user_id,
        is_compared=is_compared,
        is_annotated=is_annotated,
    )


def _take_along() -> None:
    """Bring to the next page what a link chose: Streamlit itself brings only what was clicked.

    What the session knows of the filter is set anew, or the page's untouched fields would win over it.
    """
    path = urlsplit(st.context.url or "").path
    if st.session_state.get(_PAGE, path) != path:
        for name in NAMES:
            if name in st.session_state and name not in st.query_params:
                st.session_state[name] = st.session_state[name]
    st.session_state[_PAGE] = path


def tell_unused(filters: Filters, names: Collection[str]) -> None:
    """Say which chosen filters the numbers of this page do not follow."""
    words = {
        "start_date": _("first day"),
        "end_date": _("last day"),
        "department": _("department"),
        "category": _("category"),
        "workflow_id": _("workflow"),
        "priority": _("priority"),
        "role": _("role"),
        "user_id": _("person"),
    }
    unused = [words[name] for name in filters.unused(names)]
    if unused:
        shown.caption(_("Not applied on this page: {filters}.").format(filters=", ".join(unused)))


def _choose_dates(today: date) -> tuple[date | None, date | None, bool]:
    period = st.selectbox(
        _("Created"),
        list(Period),
        format_func=_,
        key="period",
        bind="query-params",
        persist_state="session",
        help=_("By the day tickets were created, in UTC."),
    )
    if period is not Period.CUSTOM:
        start, end = period_dates(period, today)
    else:
        start = st.date_input(
            _("From"),
            None,
            key="from",
            format=wording.day_form(),
            bind="query-params",
            persist_state="session",
        )
        end = st.date_input(
            _("To"), None, key="to", format=wording.day_form(), bind="query-params", persist_state="session"
        )
    if start and end and start > end:
        st.warning(
            _("The first day ({start}) is after the last ({end}): choose an earlier first day.").format(
                start=wording.day(start), end=wording.day(end)
            )
        )
        st.stop()
    is_compared = st.toggle(
        _("Compare with the period before"),
        value=True,
        key="compare",
        bind="query-params",
        persist_state="session",
        disabled=not (start and end),
        help=_("Of the same length, ending the day before the first one. It needs both days."),
    )
    return start, end, is_compared


def _told_dates(start: date | None, end: date | None) -> str:
    if start and end:
        return wording.days(start, end)
    if start:
        return _("since {start}").format(start=wording.day(start))
    return _("until {end}").format(end=wording.day(end)) if end else _("all time")


def _choose_annotations() -> bool:
    return st.toggle(
        _("Annotations"),
        value=True,
        key="annotations",
        bind="query-params",
        persist_state="session",
        help=_("Releases, outages and changes of policy, on charts over days."),
    )


def _choose_people(*, is_team_only: bool) -> tuple[str | None, str | None, int | None]:
    people = loaders.ask(
        Users, "/analytics/tasks/users/", {"limit": str(MOST_PEOPLE)}
    ).answer.user_performance
    role = choose(_("Role"), "role", sorted({role for user in people for role in user.roles}))
    if is_team_only:
        return role, None, None
    names = {user.label: user.user_id for user in people}
    person = choose(_("Person"), PERSON, sorted(names))
    return role, person, names.get(person or "")


def _names(dimension: str) -> list[str]:
    names = (getattr(group, dimension) for group in loaders.groups(dimension))
    return [name for name in names if name]


def _workflow_ids() -> dict[str, int]:
    """Each workflow that has tickets, its number by its name."""
    groups = loaders.groups("workflow")
    return told_apart(
        [(group.workflow_name or "", group.workflow_id) for group in groups if group.workflow_id is not None]
    )


def told_apart(workflows: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Numbers by their names; two of one name are told apart by their numbers."""
    names = [name for name, _number in workflows]
    return {name if names.count(name) == 1 else f"{name} ({number})": number for name, number in workflows}


def choose(label: str, key: str, options: list[str]) -> str | None:
    return st.selectbox(
        label,
        options,
        index=None,
        key=key,
        placeholder=_("All"),
        bind="query-params",
        persist_state="session",
        filter_mode="contains",
    )
