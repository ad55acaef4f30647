"""Ten thousand lives of SLA clocks, each told by the clock and by an oracle that steps through minutes."""

import pytest

from tests.api.sla.lives import LIVES_PER_ZONE, ZONES, live

# What the lives of a zone go through at the least. A clock change counts where it takes or gives working
# time of a life, a holiday where people would have worked without it.
INGREDIENTS = {
    "pauses": 1_500,
    "reopenings": 1_000,
    "priority changes": 1_200,
    "policy changes": 200,
    "gaps": 50,
    "overlaps": 50,
    "holidays": 100,
}


def test_there_are_ten_thousand() -> None:
    assert len(ZONES) >= 6
    assert LIVES_PER_ZONE * len(ZONES) >= 10_000


@pytest.mark.parametrize("zone", ZONES)
def test_clock_and_oracle_agree_to_the_second(zone: str) -> None:
    different, went_through = live(zone)
    assert not [(life.events, life.expected(), life.found()) for life in different[:1]]
    assert went_through["lives"] == LIVES_PER_ZONE
    too_rare = {name: went_through[name] for name, least in INGREDIENTS.items() if went_through[name] < least}
    assert not too_rare
