"""A storm of half a minute on a quiet machine; `python -m tests.faults.storm` makes a long one."""

from tests.faults.stack import VICTIMS
from tests.faults.storm import run


def test_nothing_is_lost_or_told_twice_while_processes_are_killed() -> None:
    storm = run(tickets=40, kills=2, clients=8, seed=7)
    assert storm.findings == []
    assert storm.kills == dict.fromkeys(VICTIMS, 2)
    assert len(storm.tickets) == 40
