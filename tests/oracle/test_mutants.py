"""Mutants are changes of the code as it is; whether a test catches them takes too long to try here."""

import pytest
import yaml

from tests.conftest import PROJECT

MUTANTS = yaml.safe_load((PROJECT / "tests" / "mutants" / "definitions.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant["new"][:40])
def test_a_mutant_changes_one_place_of_the_code_as_it_is(mutant: dict[str, str]) -> None:
    text = (PROJECT / mutant["file"]).read_text(encoding="utf-8")
    assert text.count(mutant["old"]) == 1
    assert mutant["old"] != mutant["new"]


def test_there_are_enough() -> None:
    assert len(MUTANTS) >= 40
