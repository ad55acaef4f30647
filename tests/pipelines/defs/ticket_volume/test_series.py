from uuid import UUID

import pandas as pd

from pipelines.defs.ticket_volume.series import DIMENSIONS, choose_series

DAYS = 100


def volume_of(*series: tuple[dict[str, object], int]) -> pd.DataFrame:
    """Rows as `marts.ticket_volume` has them: each series with so many tickets on each of 100 days."""
    rows = [
        {
            "series_key": UUID(int=number),
            "day": pd.Timestamp("2026-01-01") + pd.Timedelta(days=day),
            **dict.fromkeys(DIMENSIONS),
            **filters,
            "ticket_count": count,
        }
        for number, (filters, count) in enumerate(series)
        for day in range(DAYS)
    ]
    return pd.DataFrame(rows, columns=["series_key", "day", *DIMENSIONS, "ticket_count"])


class TestChooseSeries:
    def test_nothing_is_chosen_from_nothing(self) -> None:
        assert choose_series(volume_of()) == []

    def test_total_comes_first_then_the_largest_of_each_dimension(self) -> None:
        categories = [({"category": f"Category {n}"}, n) for n in range(1, 31)]

        chosen = choose_series(volume_of(({}, 500), *categories))

        assert chosen[0].filters == {}
        assert [each.filters["category"] for each in chosen[1:]] == [
            f"Category {n}" for n in range(30, 18, -1)
        ]

    def test_prophet_is_for_few_and_large_series(self) -> None:
        departments = [({"department": f"Department {n}"}, n) for n in range(1, 31)]

        chosen = choose_series(volume_of(({}, 500), ({"priority": "Low"}, 400), *departments))

        with_prophet = [each.filters for each in chosen if each.with_prophet]
        assert with_prophet == [{}, *({"department": f"Department {n}"} for n in range(30, 24, -1))]

    def test_a_small_series_is_not_worth_prophet(self) -> None:
        [total] = choose_series(volume_of(({}, 4)))

        assert not total.with_prophet

    def test_history_is_the_series_own(self) -> None:
        total, category = choose_series(volume_of(({}, 9), ({"category": "A"}, 2)))

        assert list(category.history.columns) == ["day", "count"]
        assert (category.history["count"].sum(), total.history["count"].sum()) == (2 * DAYS, 9 * DAYS)
