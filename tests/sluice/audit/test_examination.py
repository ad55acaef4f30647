"""What a database's owner can do to the rows of the trail behind the services' back, and that it is found."""

import pytest

from tests.factories.trail import Intruder, summary, verify

# Other values for each column, as SQL expressions; some of them are easily overlooked.
CONTENTS = [
    ("user_id", "8"),
    ("username", "'bo'"),
    ("username", "'ana '"),
    ("email", "null"),
    ("actor_roles", "'[\"tts:agent\"]'"),
    ("action", "'other'"),
    ("target_type", "'Role'"),
    ("target_id", "null"),
    ("changes", "changes - 'number'"),
    ("changes", "null"),
    ("changes", "'null'"),
    ("description", "description || ' '"),
    ("request_id", "upper(request_id)"),
    ("ip_address", "'10.0.0.5/31'"),
    ("user_agent", "null"),
    ("user_agent", "'null'"),
    ("recorded_at", "recorded_at + interval '1 microsecond'"),
    ("recorded_at", "'infinity'"),
    ("recorded_at", "'4000-01-01 BC'"),
]
PLACES = {
    "audit_event_id": "audit_event_id + 1000",
    "lane": "mod(lane + 1, 32)",
    "sequence": "100",
    "previous_hash": "sha256(hash)",
    "hash": "sha256(hash)",
}


class TestAnUntouchedTrail:
    def test_has_no_findings(self, database_url: str, trail: list[int]) -> None:
        assert verify(database_url) == []
        assert len(trail) == 5


class TestAnAlteredRow:
    def test_is_named_whatever_was_altered(self, database_url: str, intruder: Intruder) -> None:
        *altered, untouched = intruder.write(len(CONTENTS) + 1)
        for event_id, (column, value) in zip(altered, CONTENTS, strict=True):
            intruder.alter(event_id, column, value)
        assert summary(verify(database_url)) == [("altered", event_id) for event_id in altered]
        assert untouched not in altered

    @pytest.mark.parametrize("column", PLACES)
    def test_is_named_when_it_claims_another_place(
        self, database_url: str, intruder: Intruder, trail: list[int], column: str
    ) -> None:
        intruder.alter(trail[2], column, PLACES[column])
        named = {event_id for _, event_id in summary(verify(database_url))}
        assert named & {trail[2], trail[2] + 1000}

    def test_is_tried_in_every_column_that_there_is(self, intruder: Intruder) -> None:
        columns = intruder.run(
            "select attname from pg_attribute where attrelid = 'ops.audit_event'::regclass and attnum > 0"
        )
        assert {row["attname"] for row in columns} == {column for column, _ in CONTENTS} | set(PLACES)

    @pytest.mark.parametrize("column", ["lane", "sequence", "previous_hash", "hash"])
    def test_is_named_when_its_place_was_emptied(
        self, database_url: str, intruder: Intruder, trail: list[int], column: str
    ) -> None:
        intruder.run(f"alter table ops.audit_event alter {column} drop not null")
        intruder.alter(trail[2], column, "null")
        assert trail[2] in {event_id for _, event_id in summary(verify(database_url))}

    def test_that_was_sealed_again_does_not_fit_its_neighbour(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.alter(trail[2], "username", "'bo'")
        intruder.seal(trail[2])
        (finding,) = verify(database_url)
        assert finding.sentence.startswith(f"event {trail[3]} does not follow event {trail[2]}")

    def test_that_was_the_last_and_sealed_again_is_not_the_heads(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.alter(trail[-1], "username", "'bo'")
        intruder.seal(trail[-1])
        assert summary(verify(database_url)) == [("head", trail[-1])]


class TestAMissingRow:
    def test_is_named_by_its_place(self, database_url: str, intruder: Intruder, trail: list[int]) -> None:
        intruder.delete(trail[1:3])
        (finding,) = verify(database_url)
        assert finding.kind == "missing"
        assert "places 2 to 3 are missing" in finding.sentence
        assert f"between event {trail[0]} and event {trail[3]}" in finding.sentence

    def test_is_missed_when_its_followers_close_the_gap(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.delete(trail[1:2])
        for event_id in trail[2:]:
            intruder.alter(event_id, "sequence", "sequence - 1")
        found = summary(verify(database_url))
        assert {("reordered", event_id) for event_id in trail[2:]} <= set(found)
        assert "tail_cut" in {kind for kind, _ in found}

    def test_at_the_end_disagrees_with_the_head(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.delete(trail[3:])
        (finding,) = verify(database_url)
        assert finding.kind == "tail_cut"
        assert f"after event {trail[2]}" in finding.sentence

    @pytest.mark.usefixtures("trail")
    def test_of_all_rows_disagrees_with_the_heads(self, database_url: str, intruder: Intruder) -> None:
        intruder.run("truncate ops.audit_event")
        assert {finding.kind for finding in verify(database_url)} == {"tail_cut"}


class TestAMovedRow:
    @pytest.mark.parametrize(("first", "second"), [(1, 2), (1, 3), (0, 4)])
    def test_is_named_with_the_one_that_it_changed_places_with(
        self, *, database_url: str, intruder: Intruder, trail: list[int], first: int, second: int
    ) -> None:
        intruder.swap(trail[first], trail[second])
        found = summary(verify(database_url))
        assert {("reordered", trail[first]), ("reordered", trail[second])} <= set(found)

    def test_that_was_sealed_at_its_new_place_does_not_fit_its_neighbours(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.swap(trail[1], trail[2])
        intruder.seal(trail[2])
        intruder.seal(trail[1])
        assert summary(verify(database_url)) == [("altered", trail[3])]


class TestAForgedRow:
    def test_in_the_middle_does_not_fit_what_followed_there(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.forge(intruder.lane_of(trail[2]), 3)
        found = summary(verify(database_url))
        moved = {("reordered", event_id) for event_id in trail[2:-1]}
        assert moved | {("inserted", trail[-1])} <= set(found)

    def test_in_the_middle_with_all_after_it_sealed_is_not_the_heads(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.forge(intruder.lane_of(trail[2]), 3)
        for event_id in trail[2:]:
            intruder.seal(event_id)
        assert ("inserted", trail[-1]) in summary(verify(database_url))

    def test_after_the_end_is_named(self, database_url: str, intruder: Intruder, trail: list[int]) -> None:
        forged = intruder.forge(intruder.lane_of(trail[0]), 6)
        assert summary(verify(database_url)) == [("inserted", forged)]

    def test_at_the_place_of_another_is_named(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.run("alter table ops.audit_event drop constraint uq_audit_event_lane_sequence")
        forged = intruder.forge(intruder.lane_of(trail[0]), 9)
        intruder.alter(forged, "sequence", "3")
        intruder.seal(forged)
        assert ("inserted", forged) in summary(verify(database_url))

    @pytest.mark.parametrize("lane", [-1, 32])
    def test_in_a_lane_that_does_not_exist_is_named(
        self, database_url: str, intruder: Intruder, lane: int
    ) -> None:
        forged = intruder.forge(lane, 1)
        assert summary(verify(database_url)) == [("inserted", forged)]

    def test_in_a_lane_that_was_added_for_it_is_found(self, database_url: str, intruder: Intruder) -> None:
        intruder.run("insert into ops.audit_chain values (32, 0, decode(repeat('00', 32), 'hex'))")
        intruder.forge(32, 1)
        intruder.seal_lane(32)
        (finding,) = verify(database_url)
        assert finding.sentence == "the head of lane 32 was added: there are 32 lanes"

    def test_that_was_dated_back_is_named_though_the_chain_took_it(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        lane = intruder.lane_of(trail[0])
        forged = intruder.forge(lane, 6)
        intruder.alter(forged, "recorded_at", "now() - interval '2 days'")
        intruder.seal_lane(lane)
        (finding,) = verify(database_url)
        assert (finding.kind, finding.audit_event_id) == ("misdated", forged)
        assert f"is dated before event {trail[-1]}" in finding.sentence


class TestDates:
    def test_may_run_backwards_as_long_as_a_transaction_lasts(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.alter(trail[3], "recorded_at", "recorded_at - interval '59 minutes'")
        intruder.seal_lane(intruder.lane_of(trail[3]))
        assert verify(database_url) == []


class TestHeads:
    def test_a_lost_one_is_named(self, database_url: str, intruder: Intruder) -> None:
        intruder.run("delete from ops.audit_chain where lane = 9")
        assert [finding.sentence for finding in verify(database_url)] == ["the head of lane 9 is missing"]

    def test_one_that_was_set_back_leaves_rows_behind_it(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        intruder.run(
            "update ops.audit_chain as head set last_sequence = event.sequence, last_hash = event.hash "
            "from ops.audit_event as event where event.lane = head.lane and event.audit_event_id = %s",
            trail[2],
        )
        assert summary(verify(database_url)) == [("inserted", trail[3]), ("inserted", trail[4])]

    @pytest.mark.parametrize("column", ["last_sequence", "last_hash"])
    def test_one_that_was_emptied_is_found(
        self, database_url: str, intruder: Intruder, trail: list[int], column: str
    ) -> None:
        intruder.run(f"alter table ops.audit_chain alter {column} drop not null")
        lane = intruder.lane_of(trail[0])
        intruder.run(f"update ops.audit_chain set {column} = null where lane = %s", lane)
        assert {finding.lane for finding in verify(database_url)} == {lane}
