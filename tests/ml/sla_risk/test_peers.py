import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from ml.events import EventLog
from ml.sla_risk.peers import LAST_POSITION, MIN_VALUES, PRIOR_PEERS, learn_keys, open_tickets, peer_rates
from tests.ml.sla_risk.desks import hour, log_of, outcomes_of, small_logs


def asked(at: float, group: str | None = "A") -> tuple[object, ...]:
    return "new", at, at, "new", group


class TestPeerRates:
    def rate(self, rows: list[tuple[object, ...]], known: dict[str, tuple[float, float]]) -> float:
        """What is said of the last of these rows."""
        rates = peer_rates(log_of(rows, ["group"]), outcomes_of(known), ["group"])
        return float(rates["peers:group:breached"].iloc[-1])

    def test_draws_the_group_towards_all_tickets(self) -> None:
        rows = [("a", 0, 0, "new", "A"), ("b", 0, 0, "new", "B"), ("c", 0, 0, "new", "B"), asked(9)]
        known = {"a": (1.0, 5.0), "b": (0.0, 5.0), "c": (0.0, 5.0)}

        assert self.rate(rows, known) == pytest.approx((1 - 1 / 3) / (1 + PRIOR_PEERS))

    @pytest.mark.parametrize(("known_at", "counts"), [(8.9, True), (9, False), (20, False)])
    def test_knows_an_outcome_after_it_became_known(self, known_at: float, *, counts: bool) -> None:
        rows = [("a", 0, 0, "new", "A"), ("b", 0, 0, "new", "B"), asked(9)]

        assert (self.rate(rows, {"a": (1.0, known_at), "b": (0.0, 1)}) > 0) is counts

    def test_knows_a_peers_event_only_after_it(self) -> None:
        rows = [("b", 0, 0, "new", "B"), ("a", 9, 0, "new", "A"), asked(9)]

        assert self.rate(rows, {"a": (1.0, 2), "b": (0.0, 1)}) == 0

    def test_compares_tickets_at_the_same_event_of_theirs(self) -> None:
        rows = [("a", 0, 0, "new", "B"), ("a", 1, 0, "new", "A"), ("b", 0, 0, "new", "B"), asked(9)]

        assert self.rate(rows, {"a": (1.0, 5), "b": (0.0, 5)}) == 0

    def test_says_nothing_without_a_value(self) -> None:
        assert np.isnan(self.rate([("a", 0, 0, "new", "A"), asked(9, None)], {"a": (1.0, 5)}))

    def test_takes_late_events_as_the_last_that_counts(self) -> None:
        peers = [("a", at, 0, "new", "A") for at in range(LAST_POSITION)]
        others = [("b", at, 0, "new", "B") for at in range(LAST_POSITION)]
        rows = [*peers, *others, *[asked(20)] * (LAST_POSITION + 3)]

        assert self.rate(rows, {"a": (1.0, 9), "b": (0.0, 9)}) > 0

    def test_reads_any_number_of_signals(self) -> None:
        signals = outcomes_of({"a": (1.0, 5)}).assign(took=3.0)
        log = log_of([("a", 0, 0, "new", "A"), asked(9)], ["group"])
        rates = peer_rates(log, signals, ["path", "group+status"])

        assert list(rates) == [
            "peers:path:breached",
            "peers:path:took",
            "peers:group+status:breached",
            "peers:group+status:took",
        ]


class TestLearnKeys:
    def test_leaves_out_what_has_few_values(self) -> None:
        rows = [
            (f"T{each}{status}", each, each, status, f"group {each}", f"{status} {each % 2}")
            for each in range(MIN_VALUES - 1)
            for status in ("new", "resolved")
        ]
        fewer = log_of(rows, ["group", "category"])
        more = log_of([*rows, ("T", 99, 99, "new", "another", "0")], ["group", "category"])

        assert learn_keys(fewer) == ("group+status", "group+category")
        assert learn_keys(more) == ("group", "group+status", "group+category")


class TestOpenTickets:
    @settings(max_examples=15)
    @given(small_logs())
    def test_equals_a_count_by_hand(self, made: tuple[EventLog, pd.DataFrame]) -> None:
        log, _ = made
        rows = log.rows
        counted = open_tickets(log, rows["group"], ["resolved"])
        for count, (_, event) in zip(counted, rows.iterrows(), strict=True):
            before = rows[rows["at"] < event["at"]].drop_duplicates("ticket", keep="last")
            beside = before[(before["group"] == event["group"]) & (before["status"] != "resolved")]
            expected = np.nan if pd.isna(event["group"]) else len(beside)

            assert count == pytest.approx(expected, nan_ok=True)

    def test_follows_a_ticket_to_its_next_group(self) -> None:
        moved = [("a", 0, 0, "new", "A"), ("a", 5, 0, "new", "B"), asked(6, "A"), asked(6, "B")]
        log = log_of(moved, ["group"])

        assert open_tickets(log, log.rows["group"], []).tolist() == [0, 0, 0, 1]
        assert log.rows["at"].iloc[-1] == hour(6)
