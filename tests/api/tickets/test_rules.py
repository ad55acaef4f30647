from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.tickets.enums import Priority, TicketStatus
from api.tickets.priorities import read_priority
from api.tickets.state import may_become, path_to
from api.workflows.matching import Candidate, choose_workflow

STATUSES = st.sampled_from(list(TicketStatus))


class TestStatusPath:
    @given(STATUSES, STATUSES)
    def test_never_takes_a_step_the_life_cycle_does_not_have(
        self, current: TicketStatus, wanted: TicketStatus
    ) -> None:
        path = path_to(current, wanted)
        assert all(may_become(here, there) for here, there in pairwise([current, *path]))
        assert not path or path[-1] is wanted

    def test_a_ticket_solved_at_once_was_in_progress_for_that_instant(self) -> None:
        path = path_to(TicketStatus.NEW, TicketStatus.RESOLVED)
        assert path == [TicketStatus.IN_PROGRESS, TicketStatus.RESOLVED]

    @pytest.mark.parametrize("last", [TicketStatus.CLOSED, TicketStatus.REJECTED, TicketStatus.WITHDRAWN])
    def test_what_is_over_stays_over(self, last: TicketStatus) -> None:
        assert path_to(last, TicketStatus.IN_PROGRESS) == []


class TestPriority:
    @pytest.mark.parametrize(
        ("given_as", "expected"),
        [(None, "Medium"), ("HIGH ", "High"), ("urgent", "Critical"), ("low", "Low")],
    )
    def test_is_read_as_others_spell_it(self, given_as: str | None, expected: str) -> None:
        assert read_priority(given_as) == Priority(expected)

    @pytest.mark.parametrize("given_as", ["", "soon", "\u041digh", 1])
    def test_unknown_is_refused_with_the_permitted_values(self, given_as: object) -> None:
        with pytest.raises(ValueError, match="Critical, High, Medium, Low"):
            read_priority(given_as)


class TestChooseWorkflow:
    EXACT = Candidate(3, "IT", "Network", "VPN")
    ANY = Candidate(2, "IT", "Network", "*")
    OTHER = Candidate(1, "IT", "Network", "Cable")

    def choose(self, *candidates: Candidate, sub_category: str | None = "vpn") -> int | None:
        return choose_workflow(candidates, department=" it", category="NETWORK ", sub_category=sub_category)

    def test_the_same_sub_category_comes_first(self) -> None:
        assert self.choose(self.OTHER, self.ANY, self.EXACT) == 3

    def test_then_one_for_any(self) -> None:
        assert self.choose(self.OTHER, self.ANY, sub_category="Wi-Fi") == 2
        assert self.choose(self.OTHER, self.ANY, sub_category=None) == 2

    def test_never_one_for_another(self) -> None:
        assert self.choose(self.OTHER) is None

    def test_a_ticket_without_department_waits(self) -> None:
        found = choose_workflow([self.ANY], department=None, category="Network", sub_category=None)
        assert found is None
