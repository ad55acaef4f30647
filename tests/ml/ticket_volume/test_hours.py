"""Hours are told from the days served: what is planted in them is found, and nothing is known too early."""

import json

import numpy as np
import pandas as pd
import pytest

from ml.ticket_volume import CHEAP_CANDIDATES, VolumeModel, learn_series
from ml.ticket_volume.coherence import hours_add_up_to
from ml.ticket_volume.hours import (
    SIZES,
    TOLD_DAYS,
    WINDOW_DAYS,
    HourlyForecast,
    hour_matrix,
    hour_shares,
    learn_hours,
    look_back,
    reach,
)
from tests.ml.ticket_volume.series import FIRST_DAY, day_after, history_of

OFFICE = np.array([1, 1, 1, 1, 1, 1, 2, 3, 9, 12, 11, 8, 5, 6, 9, 8, 6, 3, 2, 1, 1, 1, 1, 1]) / 95
NIGHT = np.roll(OFFICE, 12)
WEEK = np.array([60.0, 55, 50, 48, 40, 6, 4])


def desk(days: int, *, level: float = 1.0, seed: int = 3, weekend: np.ndarray = OFFICE) -> np.ndarray:
    """Poisson counts by day and hour; Saturdays and Sundays have hours of their own."""
    rng = np.random.default_rng(seed)
    day = np.arange(days) % 7
    shares = np.where((day >= 5)[:, np.newaxis], weekend, OFFICE)
    return rng.poisson(level * WEEK[day][:, np.newaxis] * shares).astype(float)


def learn(counts: np.ndarray, whole: np.ndarray | None = None) -> HourlyForecast:
    return learn_hours(days_of(counts), matrix_of(counts), None if whole is None else matrix_of(whole))


def days_of(counts: np.ndarray) -> VolumeModel:
    history = history_of(counts.sum(axis=1))
    return learn_series(history, as_of=day_after(history), candidates=CHEAP_CANDIDATES, seed=1)


def matrix_of(counts: np.ndarray) -> np.ndarray:
    """As the pipeline hands it over: days without a ticket are left out."""
    days = pd.date_range(FIRST_DAY.date(), periods=len(counts))
    rows = [(day, list(hours)) for day, hours in zip(days, counts, strict=True) if hours.sum()]
    history = pd.DataFrame(rows, columns=["day", "counts"])
    first_day = pd.Timestamp(FIRST_DAY.date()) + pd.Timedelta(days=len(counts))
    return hour_matrix(history, first_day=first_day)


class TestHourMatrix:
    def test_is_the_half_year_before_the_running_day(self) -> None:
        counts = desk(200)

        assert matrix_of(counts).tolist() == counts[-WINDOW_DAYS:].tolist()

    def test_has_no_tickets_before_the_first(self) -> None:
        matrix = matrix_of(desk(9))

        assert matrix[:-9].sum() == 0
        assert matrix[-9:].tolist() == desk(9).tolist()

    def test_of_nothing_is_empty(self) -> None:
        nothing = pd.DataFrame({"day": pd.DatetimeIndex([]), "counts": []})

        assert hour_matrix(nothing, first_day=pd.Timestamp("2026-03-10")).sum() == 0


class TestShares:
    def test_are_those_of_each_weekday(self) -> None:
        shares = hour_shares(desk(182, level=20, weekend=NIGHT))

        assert shares.sum(axis=1) == pytest.approx(1.0)
        assert shares[0] == pytest.approx(OFFICE, abs=0.01)
        assert shares[5] == pytest.approx(NIGHT, abs=0.02)

    def test_follow_hours_that_have_moved(self) -> None:
        moved = np.concatenate([desk(126, level=5), np.roll(desk(56, level=5), 2, axis=1)])

        assert np.argmax(hour_shares(moved)[0]) == np.argmax(OFFICE) + 2

    def test_of_a_small_series_are_mostly_those_of_the_whole(self) -> None:
        whole = desk(182, level=5)
        small = np.zeros((182, 24))
        small[-5:, 3] = 1.0

        own, lent = hour_shares(small), hour_shares(small, whole)

        assert lent[0] == pytest.approx((4.5 * np.eye(24)[3] + 30 * OFFICE) / 34.5, abs=0.02)
        assert own[0, 9] < 0.05 < lent[0, 9]

    def test_of_nothing_are_all_alike(self) -> None:
        assert hour_shares(np.zeros((182, 24))) == pytest.approx(1 / 24)


class TestForecast:
    def test_splits_the_days_that_are_served(self) -> None:
        counts = desk(200)
        told = learn(counts)

        assert told.predicted.shape == (TOLD_DAYS, 24)
        assert told.predicted.sum(axis=1) == pytest.approx(days_of(counts).served.path[:TOLD_DAYS])
        assert told.starts_on == day_after(history_of(np.zeros(200))).date()

    def test_beats_both_baselines_and_holds_what_it_promises(self) -> None:
        told = learn(desk(300, level=3))

        errors = told.quality["baselines"] | {"served": told.quality}
        assert errors["served"]["wape"] < 0.95 * errors["weekday_mean"]["wape"]
        assert errors["served"]["wape"] < 0.85 * errors["seasonal_naive"]["wape"]
        assert errors["served"]["mase"] < 0.85
        assert (told.quality["origins"], told.quality["horizon_days"]) == (12, 14)
        for level, held in told.quality["coverage"].items():
            assert held == pytest.approx(float(level), abs=0.04)

    def test_strays_by_size(self) -> None:
        widths = learn(desk(300)).half_widths
        predicted = np.array([[0.1, 6.0]])

        assert widths.shape == (len(SIZES) + 1, 3)
        assert (np.diff(widths, axis=1) >= 0).all()
        assert reach(predicted, widths)[:, 0].tolist() == [
            [widths[0, level], pytest.approx(widths[3, level] * 6**0.5)] for level in range(3)
        ]

    def test_of_a_closed_weekday_is_nothing_and_not_judged(self) -> None:
        counts = desk(210)
        counts[np.arange(210) % 7 >= 5] = 0
        told = learn(counts)

        assert told.predicted[5:7].sum() == 0
        # Of nine later origins, the last of which has one week behind it: five days of seven.
        assert told.quality["coverage_hours"] == (8 * 10 + 5) * 24

    @pytest.mark.parametrize("days", [0, 1, 20, 35])
    def test_of_a_young_series_is_served_and_says_what_it_is_made_of(self, days: int) -> None:
        told = learn(desk(days, level=0.1), desk(200))

        assert np.isfinite(told.predicted).all()
        assert (told.half_widths >= 0).all()
        json.dumps([told.quality, told.warnings], allow_nan=False)
        if days < 20:
            assert told.quality["wape"] is None
            assert "taken mostly from those of all tickets" in told.warnings[0]

    def test_of_one_ticket_says_that_hours_are_all_alike(self) -> None:
        counts = np.zeros((3, 24))
        counts[1, 9] = 1
        told = learn(counts)

        assert told.warnings == [
            "1 tickets in half a year tell its hours, which are taken mostly from hours that are all alike."
        ]

    def test_later_hours_change_nothing_of_earlier_origins(self) -> None:
        counts = desk(280)
        changed = counts.copy()
        changed[-7:] = np.roll(changed[-7:], 12, axis=1)

        told, untold = (
            look_back(days_of(each).served.calibration, matrix_of(each), None) for each in (changed, counts)
        )

        assert told.predicted.tolist() == untold.predicted.tolist()
        np.testing.assert_array_equal(told.known_at(11).actual, untold.known_at(11).actual)


class TestAddingUp:
    def test_moves_hours_and_keeps_days(self) -> None:
        rng = np.random.default_rng(5)
        days = rng.uniform(0, 20, (4, 7))
        days[0, 2] = 0.0
        parts = days[:, :, np.newaxis] * rng.dirichlet(np.full(24, 2.0), (4, 7))
        whole = days.sum(axis=0)[:, np.newaxis] * rng.dirichlet(np.full(24, 2.0), 7)

        moved = hours_add_up_to(whole, parts)

        assert moved.sum(axis=0) == pytest.approx(whole, abs=1e-9)
        assert moved.sum(axis=2) == pytest.approx(days)
        assert (moved >= 0).all()

    def test_of_nothing_is_nothing(self) -> None:
        assert hours_add_up_to(np.zeros((2, 24)), np.zeros((3, 2, 24))).sum() == 0
