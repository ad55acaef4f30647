"""Some faults of each group on a desk with a server of its own; all are tried by `tests.faults.catalogue`."""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.faults.catalogue.entries import CATALOGUE, TRIALS, WRITES, batches
from tests.faults.catalogue.fault import Fault, Finder, Group, Sees
from tests.faults.catalogue.laboratory import Laboratory
from tests.faults.catalogue.table import read, update
from tests.faults.catalogue.verdict import FOUND_LATE, Result, refuse, try_out
from tests.pipelines.desk import fill_desk

QUICK = [fault for fault in TRIALS if fault.is_quick]
LEAST_SHARE = 0.95
LEAST_FAULTS = 60


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    # A short path, because a socket's name may have 107 bytes at the most.
    with (
        tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder,
        Laboratory(Path(folder), with_models=False) as laboratory,
    ):
        yield laboratory


@pytest.fixture(scope="module")
def filled_url(module_database_url: str) -> str:
    fill_desk(module_database_url, tickets=30, days=20)
    return module_database_url


def told(results: list[Result]) -> list[tuple[str, str]]:
    return [(result.fault.name, result.says) for result in results if not result.is_good]


@pytest.mark.parametrize("fault", WRITES, ids=lambda fault: fault.name)
def test_the_database_refuses(filled_url: str, fault: Fault) -> None:
    assert told([refuse(filled_url, fault)]) == []


def test_a_write_that_is_taken_is_no_good_result(filled_url: str) -> None:
    taken = Fault(
        "a ticket is closed",
        Group.DATA,
        Finder.CONSTRAINT,
        "ck_",
        Sees.UNCHANGED,
        "update ops.ticket_snapshot set status = 'Closed'",
    )
    assert refuse(filled_url, taken).says == "NOT DETECTED; SERVED WRONG: the write was taken"


@pytest.mark.parametrize("batch", list(batches(QUICK)), ids=lambda batch: batch[0].together or batch[0].name)
def test_a_fault_is_noticed_and_not_served(laboratory: Laboratory, batch: list[Fault]) -> None:
    assert told(try_out(laboratory, batch)) == []


def test_a_sound_desk_gives_no_cause_for_any_of_it(laboratory: Laboratory) -> None:
    """Else what is heard of a fault might be heard without it."""
    nothing = Fault("nothing", Group.DATA, Finder.WARNING, "checks warned|[1-9] retries|aside", Sees.TRUTH)
    [result] = try_out(laboratory, [nothing])
    assert (result.heard, result.wrong, result.differing_after) == ("", (), ())


def test_what_nobody_notices_and_readers_see_is_no_good_result(laboratory: Laboratory) -> None:
    silent = Fault(
        "a published row of an old day is changed, and no rebuild looks",
        Group.SCHEMA,
        Finder.WARNING,
        "checks warned",
        Sees.TRUTH,
        "update serving.work_cube set handed_over = handed_over + 1 where day = current_date - 20",
        recovery="",
    )
    [result] = try_out(laboratory, [silent])
    assert re.fullmatch("NOT DETECTED; SERVED WRONG: work_cube .*; NOT RECOVERED: work_cube .*", result.says)


def test_the_catalogue_has_faults_of_each_group_under_names_of_their_own() -> None:
    assert len(CATALOGUE) >= LEAST_FAULTS
    assert {fault.group for fault in CATALOGUE} == set(Group)
    assert [name for name, count in Counter(fault.name for fault in CATALOGUE).items() if count > 1] == []
    assert all(fault.recovery == "" or fault.recovery.startswith("sluice ") for fault in CATALOGUE)


def test_the_page_tells_what_was_tried_and_nearly_all_came_out_as_expected() -> None:
    rows = read(PROJECT / "docs" / "faults.md")
    assert set(rows) == {fault.name for fault in CATALOGUE}
    assert len(rows) >= LEAST_FAULTS
    good = [row for row in rows.values() if row[-1] in {"as expected", FOUND_LATE}]
    assert len(good) / len(rows) >= LEAST_SHARE
    assert not any("SERVED WRONG" in row[-1] for row in rows.values())


def test_a_page_keeps_what_is_not_tried_again(tmp_path: Path) -> None:
    page, (first, second, *_) = tmp_path / "faults.md", CATALOGUE
    update(page, [Result(first, "said | so", (), (), 1.0), Result(second, "", (), (), 1.0)], CATALOGUE)
    update(page, [Result(second, "said", (), (), 1.0)], CATALOGUE)
    rows = read(page)
    assert [rows[fault.name][2] for fault in (first, second)] == ["`said / so`", "`said`"]
    assert "Of 2 faults 2 were noticed" in page.read_text(encoding="utf-8")
