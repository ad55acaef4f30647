"""What is claimed of every published desk; the tests of each desk inherit it."""

import httpx
import pytest

from tests.oracle.desk import ImportedDesk
from tests.oracle.lists import LISTINGS, Listing
from tests.oracle.questions import QUESTIONS, Question, wanted_sets
from tests.oracle.tables import ask_as_tables, ask_event_log, ask_list


class Claims:
    """Equal to the imported rows, equal in every form, and opening to exactly its rows.

    Each is asked for with random sets of filters, fewer of them where the desk is large.
    """

    answers: int
    tables: int
    lists: int

    @pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
    async def test_each_answer_is_what_the_rows_say(
        self, client: httpx.AsyncClient, desk: ImportedDesk, question: Question
    ) -> None:
        sets = question.sets(desk, wanted_sets(self.answers))
        assert sets
        for filters in sets:
            answered, expected = await question.ask(client, desk, filters)
            assert answered == expected, filters

    @pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
    async def test_each_table_is_its_answer(
        self, client: httpx.AsyncClient, desk: ImportedDesk, question: Question
    ) -> None:
        sets = question.sets(desk, wanted_sets(self.tables))
        assert sets
        for filters in sets:
            answered, expected = await ask_as_tables(client, question, filters)
            assert answered == expected, filters

    @pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
    async def test_each_list_is_what_the_rows_say(
        self, client: httpx.AsyncClient, desk: ImportedDesk, listing: Listing
    ) -> None:
        sets = list(listing.sets(desk, wanted_sets(self.lists)))
        assert sets
        for filters in sets:
            answered, expected = await ask_list(client, desk, listing, filters)
            assert answered == expected, filters

    async def test_the_event_log_holds_every_visit(
        self, client: httpx.AsyncClient, desk: ImportedDesk
    ) -> None:
        assert desk.designs
        for workflow_id in desk.designs:
            answered, expected = await ask_event_log(client, desk, workflow_id)
            assert answered == expected, workflow_id
