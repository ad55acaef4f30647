"""What is printed of blocks, and that Typst sets it whatever it says."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import altair as alt
import pandas as pd
import pytest
import streamlit as st

from dashboards.reports.blocks import Block, Drawing, Figure, Figures, Labels, Part, Report, Rows, Words
from dashboards.reports.setting import contents, set_in_type

LABELS = Labels(
    shown_at="As shown on {instant}",
    page="Page {number} of {count}",
    first_rows="The first {shown} of {count} rows.",
    last_rows="The last {shown} of {count} rows.",
    no_rows="No rows.",
    meanings="What the numbers mean",
)
ODD = [
    '#panic("read as code")',
    "$ x / 0 $",
    "a \\ backslash \\u{1}",
    "*bold* _it_ `raw` <label> @reference [content] // comment",
    "\"quotes\" 'and' {braces}",
    "🎫 emoji \u200d",
    "مرحبا بالعالم, שלום",
    "工单 日本語",
    "w" * 400,
    "\x00\x01\ufffe \n\t",
    "",
]


def report_of(*blocks: Block, title: str = "A page") -> Report:
    return Report(
        title,
        "en",
        LABELS,
        datetime(2026, 3, 10, 9, 30, tzinfo=UTC),
        address="http://desk.example/people?role=IT+Desk&team=true",
        blocks=list(blocks),
    )


def table_of(table: pd.DataFrame, config: dict[str, Any] | None = None) -> dict[str, Any]:
    [told] = contents(report_of(Rows(table, "Rows", len(table), config or {})))["blocks"]
    return dict(told)


def rows_of(values: Sequence[Any], config: Any = None) -> list[str]:
    table = table_of(pd.DataFrame({"a": values}), {"a": config} if config else None)
    return [row[0] for row in table["rows"]]


class TestContents:
    def test_has_what_was_noted_in_its_order(self) -> None:
        drawing = Drawing(alt.Chart(pd.DataFrame({"n": [1, 2]})).mark_bar().encode(x="n:Q"), "A drawing")
        card = Figure("Open", "1,234", "+3 vs. before", ("Open tickets", "Those not closed."))
        told = contents(report_of(Words("Head", "heading"), Figures([card]), Part("live", [drawing])))
        heading, cards, drawn = told["blocks"]
        assert heading == {"kind": "heading", "text": "Head"}
        assert cards["figures"] == [{"label": "Open", "value": "1,234", "change": "+3 vs. before"}]
        assert drawn["spec"]["mark"]["type"] == "bar"
        assert told["meanings"] == [{"name": "Open tickets", "text": "Those not closed."}]
        assert told["shown_at"] == "As shown on 10 March 2026, 09:30 UTC"

    def test_a_table_that_is_cut_says_so(self) -> None:
        table = pd.DataFrame({"a": range(3)})
        cut = Rows(table, "Rows", 1200)
        [told] = contents(report_of(cut))["blocks"]
        assert told["note"] == "The first 3 of 1,200 rows."
        [told] = contents(report_of(Rows(table, "Rows", 4, are_last=True)))["blocks"]
        assert told["note"] == "The last 3 of 4 rows."
        assert table_of(table)["note"] == ""
        assert table_of(table.head(0))["note"] == "No rows."

    def test_one_name_with_two_meanings_has_both(self) -> None:
        def rows(title: str, text: str) -> Rows:
            config = {"h": st.column_config.NumberColumn("Hours", help=text)}
            return Rows(pd.DataFrame({"h": [1]}), title, 1, config)

        told = contents(report_of(rows("Steps", "At a step."), rows("Moves", "Of a move.")))
        assert told["meanings"] == [
            {"name": "Hours (Steps)", "text": "At a step."},
            {"name": "Hours (Moves)", "text": "Of a move."},
        ]
        same = contents(report_of(rows("Steps", "At a step."), rows("Moves", "At a step.")))
        assert same["meanings"] == [{"name": "Hours", "text": "At a step."}]


class TestCells:
    def test_absent_is_no_zero(self) -> None:
        assert rows_of([1.5, None, 0]) == ["1.5", "n/a", "0"]
        assert rows_of(["x", None]) == ["x", "n/a"]
        assert rows_of([pd.Timestamp("2026-03-10 09:30", tz="UTC"), None]) == ["2026-03-10 09:30", "n/a"]

    def test_are_written_by_the_format_of_their_column(self) -> None:
        assert rows_of([81.25], st.column_config.NumberColumn(format="%.1f %%")) == ["81.2 %"]
        assert rows_of([0.5], st.column_config.ProgressColumn(format="percent")) == ["50\u00a0%"]
        assert rows_of([1234567], st.column_config.NumberColumn(format="localized")) == ["1,234,567"]
        day = st.column_config.DateColumn(format="YYYY-MM-DD")
        assert rows_of([pd.Timestamp("2026-03-10")], day) == ["2026-03-10"]
        link = st.column_config.LinkColumn(display_text="#(.*)$")
        assert rows_of(["/ticket?task=7#TTS-7"], link) == ["TTS-7"]
        assert rows_of([["Ana", "Ben"]]) == ["Ana, Ben"]
        assert rows_of([True, False]) == ["yes", "no"]

    def test_hidden_columns_stay_hidden(self) -> None:
        table = pd.DataFrame({"Key": [7], "count": [3], "Open": ["/rows?x"]})
        config = {
            "Key": None,
            "count": st.column_config.NumberColumn("Tickets", help="How many."),
            "Open": st.column_config.LinkColumn("", display_text="Rows"),
        }
        told = table_of(table, config)
        assert (told["heads"], told["rows"], told["numbers"]) == (["Tickets"], [["3"]], [True])
        report = report_of(Rows(table, "Rows", 1, config))
        assert contents(report)["meanings"] == [{"name": "Tickets", "text": "How many."}]


class TestTypesetting:
    @pytest.mark.parametrize("odd", ODD)
    def test_texts_of_others_are_no_markup(self, odd: str) -> None:
        bars = alt.Chart(pd.DataFrame({"name": [odd], "n": [1]})).mark_bar()
        report = report_of(
            *(Words(odd, kind) for kind in ("heading", "title", "text", "note", "notice")),
            Figures([Figure(odd, odd, odd, (odd, odd))]),
            Rows(pd.DataFrame({odd or "a": [odd]}), odd, 1),
            Drawing(bars.encode(x="n:Q", y="name:N"), odd),
            title=odd,
        )
        report.chosen[odd] = odd
        assert set_in_type(report, "pdf").startswith(b"%PDF-")

    def test_a_picture_is_one_however_long(self) -> None:
        table = pd.DataFrame({"a": range(300)})
        picture = set_in_type(report_of(Rows(table, "Rows", 300)), "png")
        assert picture.startswith(b"\x89PNG")
        width, height = (int.from_bytes(picture[place : place + 4], "big") for place in (16, 20))
        assert height > 3 * width

    def test_an_empty_page_and_a_table_of_many_columns(self) -> None:
        wide = pd.DataFrame({f"A column with a long name {number}": ["words"] for number in range(24)})
        assert set_in_type(report_of(), "pdf").startswith(b"%PDF-")
        assert set_in_type(report_of(Rows(wide, "Wide", 1)), "pdf").startswith(b"%PDF-")

    def test_letters_are_embedded(self) -> None:
        """Somebody without the font reads the same page."""
        printed = set_in_type(report_of(Words("Numbers")), "pdf")
        assert b"LibertinusSerif" in printed
        assert b"/FontFile" in printed
