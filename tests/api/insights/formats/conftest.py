from dataclasses import replace

import pytest

from tests.api.insights.desk import Ticket, random_desk

SUBJECTS = [
    "No sound",
    'Commas, "quotes" and; semicolons',
    "Two\nlines",
    "Carriage\r\nreturn",
    "Принтер не печатает",
    "Laptop 💻 on 🔥",
    "=HYPERLINK(A1)",
    "+7 495 000-00-00",
    "-1",
    "@here",
    "\tindented",
    "'quoted",
    " padded ",
    "",
]


@pytest.fixture(scope="module")
def desk() -> list[Ticket]:
    """The random desk, with subjects that tables have to be careful with."""
    return [
        replace(ticket, subject=SUBJECTS[ticket.task_id % len(SUBJECTS)])
        for ticket in random_desk(400, seed=9)
    ]
