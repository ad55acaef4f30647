from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from ml.forecast import Forecast
from pipelines.defs.ticket_volume.series import choose_series
from pipelines.defs.ticket_volume.training import learn_all
from tests.pipelines.defs.ticket_volume.test_series import DAYS, volume_of

AS_OF = datetime(2026, 1, 1, 9, tzinfo=UTC) + pd.Timedelta(days=DAYS)
COUNTS = "predicted"


def forecast(volume: pd.DataFrame) -> dict[str, Forecast]:
    chosen = choose_series(volume)
    names = ["/".join(str(value) for value in each.filters.values()) or "total" for each in chosen]
    return {name: model.forecast() for name, model in zip(names, learn_all(chosen, as_of=AS_OF), strict=True)}


def test_nothing_is_forecast_of_nothing() -> None:
    assert learn_all([], as_of=AS_OF) == []


def test_members_of_each_dimension_add_up_to_the_total() -> None:
    told = forecast(
        volume_of(
            ({}, 9), ({"category": "A"}, 5), ({"category": "B"}, 4), ({"priority": "Low"}, 9),
            ({"sub_category": "A1"}, 7), ({"sub_category": "B1"}, 2),
        )
    )  # fmt: skip

    total = told["total"].points[COUNTS].to_numpy()
    for members in (("A", "B"), ("Low",), ("A1", "B1")):
        together = np.sum([told[name].points[COUNTS].to_numpy() for name in members], axis=0)
        assert together == pytest.approx(total)


def test_days_off_are_told_by_earlier_ones() -> None:
    volume = volume_of(({}, 9), ({"category": "A"}, 9))
    off = [pd.Timestamp("2026-01-01") + pd.Timedelta(days=day) for day in (40, 61, 82, DAYS + 2)]
    chosen = choose_series(volume[~volume["day"].isin(off)])

    for model in learn_all(chosen, as_of=AS_OF, holidays=[day.date() for day in off]):
        daily = model.forecast().points.query("granularity == 'daily'").set_index("ds")[COUNTS]
        assert daily[off[-1]] == 0
        assert daily[off[-1] - pd.Timedelta(days=1)] == pytest.approx(9, abs=0.5)


def test_those_that_are_not_told_are_left_room_for() -> None:
    categories = [({"category": f"Category {number}"}, 2) for number in range(20)]
    told = forecast(volume_of(({}, 40), *categories))

    total = told.pop("total").points[COUNTS].to_numpy()
    together = np.sum([each.points[COUNTS].to_numpy() for each in told.values()], axis=0)
    assert len(told) == 12
    assert together == pytest.approx(total * 12 / 20)
