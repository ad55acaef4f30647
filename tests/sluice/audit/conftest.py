import pytest

from tests.factories.trail import Intruder


@pytest.fixture
def intruder(database_url: str) -> Intruder:
    return Intruder(database_url)


@pytest.fixture
def trail(intruder: Intruder) -> list[int]:
    """Five events that follow each other in one lane; two more stand in another, as a rule."""
    intruder.write(2)
    return intruder.write(5)
