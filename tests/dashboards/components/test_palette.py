import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from dashboards.components import palette

CONFIG = Path(palette.__file__).parent.parent / ".streamlit" / "config.toml"
THEME = tomllib.loads(CONFIG.read_text())["theme"]
MARKS = {
    palette.CREATED,
    palette.RESOLVED,
    palette.BACKLOG,
    palette.HISTORY,
    palette.FORECAST,
    palette.MARK,
    palette.SLOWEST,
    palette.DEVIATION,
    palette.UNUSED,
    *palette.SLA_STATES.values(),
    *THEME["chartCategoricalColors"],
}


def luminance(colour: str) -> float:
    channels = [int(colour[start:end], 16) / 255 for start, end in pairwise((1, 3, 5, 7))]
    red, green, blue = (
        channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def faded(colour: str, background: str, opacity: float) -> str:
    pairs = [(int(colour[i : i + 2], 16), int(background[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(opacity * front + (1 - opacity) * back):02x}" for front, back in pairs)


@pytest.mark.parametrize("scheme", ["light", "dark"])
class TestContrast:
    def test_marks_keep_three_to_one(self, scheme: str) -> None:
        background = THEME[scheme]["backgroundColor"]
        assert {mark: contrast(mark, background) for mark in MARKS if contrast(mark, background) < 3} == {}

    def test_chart_labels_keep_four_and_a_half_to_one(self, scheme: str) -> None:
        assert contrast(palette.LABELS[scheme], THEME[scheme]["backgroundColor"]) >= 4.5

    def test_text_and_its_faded_captions_keep_four_and_a_half_to_one(self, scheme: str) -> None:
        theme = THEME[scheme]
        for background in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
            assert contrast(theme["textColor"], background) >= 4.5
        caption = faded(theme["textColor"], theme["backgroundColor"], 0.6)
        assert contrast(caption, theme["backgroundColor"]) >= 4.5
