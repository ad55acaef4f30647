"""Model cards as Markdown and as pages that need nothing beside them.

A card is the prose of `ml/<kind>/README.md` around the figures of this desk. Whatever comes from the
database is escaped, for Markdown first and by the renderer, which lets no HTML through, again.
"""

import re
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader
from markdown_it import MarkdownIt
from markupsafe import Markup

# An underscore inside a word is one.
_MARKUP = re.compile(r"[\\`*\[\]<>|#&~]|(?<!\w)_|_(?!\w)")
_UNKNOWN = Markup("-")
TITLES = {
    "ticket_volume": "Tickets to come",
    "resolution_trend": "Resolution times to come",
    "sla_risk": "Risk that an open ticket breaches its SLA",
    "resolution_time": "Time that an open ticket still takes",
}
_TEMPLATES = {"ticket_volume": "volume.md.j2", "resolution_trend": "trend.md.j2"}


def card_markdown(facts: dict[str, Any]) -> str:
    """The card of `read_facts` as Markdown."""
    about, method = _prose(facts["kind"])
    return f"{about}\n\n{_figures(facts)}\n\n{method}\n"


def card_page(facts: dict[str, Any], *, built_at: datetime, kinds: tuple[str, ...]) -> str:
    """The card as one HTML page, with a picture of how far it is to be trusted.

    Args:
        facts: From `read_facts`.
        built_at: When the database was read.
        kinds: Of the cards beside this one.
    """
    about, method = _prose(facts["kind"])
    page = _PAGES.get_template("page.html.j2")
    return page.render(
        facts,
        about=_html(about),
        figures=_html(_figures(facts)),
        method=_html(method),
        built_at=built_at,
        kinds=kinds,
    )


def contents_page(*, built_at: datetime, kinds: tuple[str, ...], data_docs: bool) -> str:
    """The page that leads to all others.

    Args:
        built_at: When the documentation was built.
        kinds: Of the cards.
        data_docs: Whether there are any to lead to.
    """
    cards = [(kind, TITLES[kind]) for kind in kinds]
    return _PAGES.get_template("contents.html.j2").render(cards=cards, built_at=built_at, data_docs=data_docs)


def _prose(kind: str) -> tuple[str, str]:
    """The title with the purpose, and all that follows."""
    text = (files("ml") / kind / "README.md").read_text(encoding="utf-8")
    about, _, method = text.partition("\n## ")
    return about.strip(), f"## {method}".strip()


def _figures(facts: dict[str, Any]) -> str:
    name = _TEMPLATES.get(facts["kind"], "model.md.j2")
    return _TEXTS.get_template(name).render(facts).strip()


def _html(markdown: str) -> Markup:
    # No HTML of anybody's: what looks like it is shown as it was written.
    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown))  # noqa: S704


def _escaped(value: object) -> str:
    """What a template writes, unless a filter below has made it."""
    if isinstance(value, Markup):
        return str(value)
    return _MARKUP.sub(r"\\\g<0>", " ".join(str(value).split()))


def _number(value: object, digits: int = 3) -> Markup:
    return Markup("{}").format(f"{value:,.{digits}f}") if isinstance(value, int | float) else _UNKNOWN


def _percent(value: object, digits: int = 1) -> Markup:
    return Markup("{} %").format(f"{100 * value:.{digits}f}") if isinstance(value, int | float) else _UNKNOWN


def _day(value: object) -> Markup:
    if isinstance(value, datetime):
        return Markup("{}Z").format(value.astimezone(UTC).strftime("%Y-%m-%d %H:%M"))
    return Markup("{}").format(value.isoformat()) if isinstance(value, date) else _UNKNOWN


_FILTERS = {"number": _number, "percent": _percent, "day": _day}
_LOADER = PackageLoader("pipelines.cards")
_TEXTS = Environment(
    loader=_LOADER,
    autoescape=False,  # noqa: S701 - `finalize` escapes for Markdown, the renderer for HTML
    finalize=_escaped,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES = Environment(loader=_LOADER, autoescape=True, trim_blocks=True, lstrip_blocks=True)
for _environment in (_TEXTS, _PAGES):
    _environment.filters.update(_FILTERS)
