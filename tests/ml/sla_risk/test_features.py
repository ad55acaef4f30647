import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.events import EventLog
from ml.sla_risk.features import MIN_TICKETS, Vocabulary, build_features, learn_vocabulary, own_history
from tests.ml.sla_risk.desks import hour, log_of, small_logs

WORDS = Vocabulary(
    statuses=("new", "waiting", "resolved"),
    attributes={"group": ("A", "B")},
    peers=("group", "path", "group+status", "assignee+status"),
    resting=("resolved",),
)


@pytest.fixture
def history() -> pd.DataFrame:
    """Of one ticket that moved between groups, rested, and was taken up again."""
    log = log_of(
        [
            ("T", 10, 9, "new", "A", 1.0, 8.0),
            ("T", 12, 9, "waiting", "B", 2.0, 8.0),
            ("T", 15, 9, "resolved", "B", 4.0, 8.0),
            ("T", 16, 9, "new", "A", 4.0, 8.0),
            ("T", 20, 9, "resolved", None, 6.0, 0.0),
        ],
        ["group"],
        ["clock_hours", "target_hours"],
    )
    return own_history(log, WORDS)


class TestOwnHistory:
    @pytest.mark.parametrize(
        ("feature", "expected"),
        [
            ("position", [1, 2, 3, 4, 5]),
            ("hours_since_opening", [1, 3, 6, 7, 11]),
            ("hours_since_previous", [0, 2, 3, 1, 4]),
            ("status", [0, 1, 2, 0, 2]),
            ("previous_status", [np.nan, 0, 1, 2, 0]),
            ("hours_in:new", [0, 2, 2, 2, 6]),
            ("hours_in:waiting", [0, 0, 3, 3, 3]),
            ("group", [0, 1, 1, 0, np.nan]),
            ("known:group", [1, 1, 1, 1, 0]),
            ("changes:group", [0, 1, 1, 2, 3]),
            ("distinct:group", [1, 2, 2, 2, 3]),
            ("changed:group", [1, 1, 0, 1, 1]),
            ("clock_hours", [1, 2, 4, 4, 6]),
            ("share_of_target", [0.125, 0.25, 0.5, 0.5, np.nan]),
            ("rested_after_hours", [np.nan, np.nan, 6, np.nan, 11]),
            ("rested_after_clock_hours", [np.nan, np.nan, 4, np.nan, 6]),
            ("rests_so_far", [0, 0, 1, 1, 2]),
            ("weekday", [0, 0, 0, 0, 0]),
            ("hour", [10, 12, 15, 16, 20]),
            ("opening_hour", [9, 9, 9, 9, 9]),
        ],
    )
    def test_tells_what_had_happened(
        self, history: pd.DataFrame, feature: str, expected: list[float]
    ) -> None:
        assert history[feature].tolist() == pytest.approx(expected, nan_ok=True)

    def test_takes_a_text_that_training_never_saw_for_unknown(self) -> None:
        history = own_history(log_of([("T", 1, 1, "invented", "C")], ["group"]), WORDS)

        assert history[["status", "group"]].isna().all(axis=None)
        assert history["known:group"].tolist() == [1]


class TestLearnVocabulary:
    def test_tells_common_texts_apart_and_leaves_rare_ones(self) -> None:
        rows = [(f"T{each}", each, each, "new", "common") for each in range(MIN_TICKETS)]
        rare = [(f"R{each}", 99, 99, "odd", "rare") for each in range(MIN_TICKETS - 1)]
        vocabulary = learn_vocabulary(log_of(rows + rare, ["group"]), resting={"resolved", "closed"})

        assert vocabulary == Vocabulary(
            statuses=("new",), attributes={"group": ("common",)}, resting=("closed", "resolved")
        )

    def test_counts_tickets_and_not_their_events(self) -> None:
        vocabulary = learn_vocabulary(log_of([("T", 1, 1, "new", "busy")] * MIN_TICKETS, ["group"]))

        assert vocabulary.attributes == {"group": ()}


class TestBuildFeatures:
    @settings(max_examples=12)
    @given(made=small_logs(), hours=st.integers(0, 12))
    def test_never_change_when_more_becomes_known(
        self, made: tuple[EventLog, pd.DataFrame], hours: int
    ) -> None:
        log, outcomes = made
        complete = build_features(log, outcomes, WORDS)
        then = outcomes[outcomes["known_at"] <= hour(hours)]
        as_of = build_features(log.until(hour(hours)), then, WORDS)

        pd.testing.assert_frame_equal(as_of, complete.loc[as_of.index], rtol=1e-9)

    def test_has_a_row_per_event_and_floats_only(self) -> None:
        log = log_of([("T", 2, 1, "new"), ("T", 3, 1, "resolved")])
        log.rows.index = pd.Index([7, 5])
        features = build_features(log, pd.DataFrame({"known_at": [], "slow": []}), Vocabulary(("new",), {}))

        assert features.index.tolist() == [7, 5]
        assert (features.dtypes == np.float64).all()
