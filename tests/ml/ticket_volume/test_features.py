from datetime import UTC, date, datetime, timedelta, timezone

import pandas as pd
import pytest

from ml.ticket_volume.features import daily_series, idle_days
from tests.ml.ticket_volume.series import history_of

NOON = datetime(2026, 2, 14, 12, tzinfo=UTC)


def rows(*pairs: tuple[object, object]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["day", "count"])


class TestDailySeries:
    def test_counts_a_day_without_a_row_as_zero(self) -> None:
        series = daily_series(rows(("2026-02-13", 4), ("2026-02-10", 3)), as_of=NOON)

        assert series.tolist() == [3, 0, 0, 4]
        assert series.index[0] == pd.Timestamp("2026-02-10")

    def test_reaches_to_yesterday_after_the_last_row(self) -> None:
        assert daily_series(rows(("2026-02-10", 3)), as_of=NOON).tolist() == [3, 0, 0, 0]

    def test_leaves_out_the_running_day_and_later_ones(self) -> None:
        series = daily_series(rows(("2026-02-13", 4), ("2026-02-14", 1), ("2026-03-01", 9)), as_of=NOON)

        assert series.tolist() == [4]

    def test_counts_a_day_complete_from_midnight_utc_on(self) -> None:
        midnight = datetime(2026, 2, 14, tzinfo=UTC)
        history = rows(("2026-02-12", 1), ("2026-02-13", 4))

        assert daily_series(history, as_of=midnight).tolist() == [1, 4]
        assert daily_series(history, as_of=midnight - timedelta(seconds=1)).tolist() == [1]

    def test_reads_the_day_of_as_of_in_utc(self) -> None:
        early_in_tokyo = datetime(2026, 2, 14, 5, tzinfo=timezone(timedelta(hours=9)))

        assert daily_series(rows(("2026-02-12", 1), ("2026-02-13", 4)), as_of=early_in_tokyo).tolist() == [1]

    @pytest.mark.parametrize("day", [date(2026, 2, 12), pd.Timestamp("2026-02-12", tz="UTC"), "2026-02-12"])
    def test_takes_days_in_any_form(self, day: object) -> None:
        assert daily_series(rows((day, 5)), as_of=NOON).tolist() == [5, 0]

    def test_is_empty_without_a_complete_day(self) -> None:
        assert daily_series(rows(), as_of=NOON).empty
        assert daily_series(rows(("2026-02-14", 5)), as_of=NOON).empty

    @pytest.mark.parametrize(
        ("history", "sentence"),
        [
            (rows(("2026-02-12", -1)), "count -1.0 on 2026-02-12"),
            (rows(("2026-02-12", None)), "count nan on 2026-02-12"),
            (rows(("2026-02-12", "many")), "count nan on 2026-02-12"),
            (rows(("2026-02-12", float("inf"))), "count inf on 2026-02-12"),
            (rows(("2026-02-12", 1), ("2026-02-12", 2)), "2026-02-12 more than once"),
            (rows(("someday", 1)), "a day that is no date"),
            (pd.DataFrame({"ds": [], "count": []}), r"lacks \['day'\]"),
        ],
    )
    def test_refuses_bad_rows_in_one_sentence(self, history: pd.DataFrame, sentence: str) -> None:
        with pytest.raises(ValueError, match=sentence):
            daily_series(history, as_of=NOON)

    def test_refuses_an_instant_without_time_zone(self) -> None:
        with pytest.raises(ValueError, match="has no time zone"):
            daily_series(rows(), as_of=NOON.replace(tzinfo=None))


class TestIdleDays:
    @pytest.mark.parametrize(("counts", "idle"), [([0, 3], 0), ([3, 0, 0], 2), ([0, 0], 2), ([], 0)])
    def test_counts_days_since_the_last_ticket(self, counts: list[float], idle: int) -> None:
        assert idle_days(history_of(counts).set_index("day")["count"]) == idle
