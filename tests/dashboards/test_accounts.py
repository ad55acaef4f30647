"""Who is signed in, for how long, and what their token says of them."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from dashboards.accounts import IDLE, Accounts
from dashboards.answers.accounts import Tokens

KEY = "a key of nobody, and long enough to be taken for one"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 10, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(clock: Clock) -> Accounts:
    return Accounts(clock)


def tokens(**claims: object) -> Tokens:
    return Tokens(access_token=jwt.encode(claims, KEY, "HS256"), refresh_token="r")


def test_nobody_is_found_by_a_number_that_was_not_given_out(accounts: Accounts) -> None:
    accounts.open("ana", tokens())
    assert [accounts.find(number) for number in (None, "", "guessed")] == [None, None, None]


def test_whoever_does_something_stays(accounts: Accounts, clock: Clock) -> None:
    number = accounts.open("ana", tokens())
    for _ in range(4):
        clock.now += IDLE
        assert accounts.see(number) is not None


def test_a_page_that_is_only_left_open_ends(accounts: Accounts, clock: Clock) -> None:
    number = accounts.open("ana", tokens())
    for _ in range(4):
        clock.now += IDLE / 4
        assert accounts.find(number) is not None
    clock.now += timedelta(seconds=1)
    assert accounts.find(number) is None
    assert accounts.see(number) is None


def test_closing_one_leaves_the_others(accounts: Accounts) -> None:
    first, second = accounts.open("ana", tokens()), accounts.open("ana", tokens())
    accounts.close(first)
    accounts.close("guessed")
    assert accounts.find(first) is None
    assert accounts.find(second) is not None


@pytest.mark.parametrize(
    ("roles", "is_admin"),
    [
        ([{"system": "tts", "role": "Admin"}], True),
        ([{"system": "TTS", "role": "admin"}], True),
        (["tts:Admin"], True),
        ([{"system": "hdts", "role": "Admin"}], False),
        (["tts:Administrator"], False),
        ([], False),
        (None, False),
    ],
)
def test_admins_are_known_by_their_token(accounts: Accounts, roles: object, *, is_admin: bool) -> None:
    account = accounts.find(accounts.open("ana", tokens(roles=roles, user_id=7)))
    assert account is not None
    assert (account.is_admin, account.user_id) == (is_admin, 7)


def test_a_token_that_cannot_be_read_says_nothing(accounts: Accounts) -> None:
    given = Tokens(access_token="opaque", refresh_token=None)
    account = accounts.find(accounts.open("ana", given))
    assert account is not None
    assert (account.is_admin, account.user_id) == (False, None)
