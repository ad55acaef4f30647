"""What only a copy of the heads can show, kept where the database's owner cannot write."""

from pathlib import Path

import pytest

from sluice.audit.anchors import AnchorError, read_anchor, write_anchor
from sluice.audit.chain import Head
from tests.factories.trail import Intruder, heads_of, verify


class TestAnAnchor:
    def test_alone_finds_a_tail_that_was_cut_together_with_its_head(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        anchored = heads_of(database_url)
        intruder.delete(trail[3:])
        intruder.seal_lane(intruder.lane_of(trail[0]))
        assert verify(database_url) == []
        (finding,) = verify(database_url, anchored)
        assert finding.kind == "tail_cut"

    def test_alone_finds_a_lane_that_was_written_anew(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        anchored = heads_of(database_url)
        intruder.alter(trail[1], "username", "'bo'")
        intruder.seal_lane(intruder.lane_of(trail[1]))
        assert verify(database_url) == []
        (finding,) = verify(database_url, anchored)
        assert finding.audit_event_id == trail[-1]
        assert "is not the one that was anchored" in finding.sentence

    def test_alone_finds_a_forged_row_with_everything_sealed_after_it(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        anchored, lane = heads_of(database_url), intruder.lane_of(trail[0])
        intruder.forge(lane, 3)
        intruder.seal_lane(lane)
        assert verify(database_url) == []
        (finding,) = verify(database_url, anchored)
        assert "is not the one that was anchored" in finding.sentence

    def test_alone_finds_an_older_copy_of_the_whole_trail_that_grew_again(
        self, database_url: str, intruder: Intruder, trail: list[int]
    ) -> None:
        anchored, lane = heads_of(database_url), intruder.lane_of(trail[0])
        intruder.delete(trail[3:])
        for place in (4, 5, 6):
            intruder.forge(lane, place)
        intruder.seal_lane(lane)
        assert verify(database_url) == []
        (finding,) = verify(database_url, anchored)
        assert "is not the one that was anchored" in finding.sentence

    @pytest.mark.usefixtures("trail")
    def test_still_fits_a_trail_that_grew(self, database_url: str, intruder: Intruder) -> None:
        anchored = heads_of(database_url)
        for _ in range(40):
            intruder.write(1)
        assert verify(database_url, anchored) == []


class TestAnAnchorsFile:
    def test_is_read_as_it_was_written(self, tmp_path: Path, database_url: str, trail: list[int]) -> None:
        file = tmp_path / "anchor.json"
        file.write_text(write_anchor(heads_of(database_url)))
        assert read_anchor(file) == heads_of(database_url)
        assert len(trail) == 5

    def test_is_refused_when_it_was_changed(self, tmp_path: Path) -> None:
        file = tmp_path / "anchor.json"
        file.write_text(write_anchor({0: Head(0, 3, b"x" * 32)}).replace('"sequence": 3', '"sequence": 2'))
        with pytest.raises(AnchorError, match="was changed after it was printed"):
            read_anchor(file)

    def test_is_refused_when_it_leaves_lanes_out(self, tmp_path: Path) -> None:
        file = tmp_path / "anchor.json"
        file.write_text(write_anchor({lane: Head(lane, 0, bytes(32)) for lane in range(31)}))
        with pytest.raises(AnchorError, match="it names 31 of 32"):
            read_anchor(file)

    @pytest.mark.parametrize("text", ["", "{}", "[1]", '{"lanes": [{}], "root": ""}'])
    def test_is_refused_when_it_is_another_file(self, tmp_path: Path, text: str) -> None:
        file = tmp_path / "anchor.json"
        file.write_text(text)
        with pytest.raises(AnchorError, match="is not an anchor"):
            read_anchor(file)
