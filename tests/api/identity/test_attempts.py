import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from api.identity.attempts import ADDRESS_LIMIT, NAME_LIMIT, SignInAttempts
from api.kit.db import connect_membership_pool
from api.kit.errors import TooManyRequestsError
from api.settings import ApiSettings
from tests.factories.desk import Desk

HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
async def pool(settings: ApiSettings) -> AsyncIterator[asyncpg.Pool]:
    pool = await connect_membership_pool(settings, role="sluice_api")
    yield pool
    await pool.close()


@pytest.fixture
def attempts(pool: asyncpg.Pool) -> SignInAttempts:
    return SignInAttempts(pool)


async def fail(attempts: SignInAttempts, username: str, address: str, times: int = 1) -> None:
    for _ in range(times):
        await attempts.count(username, address)


async def wait_of(attempts: SignInAttempts, username: str, address: str) -> int:
    with pytest.raises(TooManyRequestsError) as refused:
        await attempts.count(username, address)
    return int(refused.value.headers["Retry-After"])


class TestName:
    async def test_waits_after_too_many_failures_from_wherever_they_come(
        self, attempts: SignInAttempts, pool: asyncpg.Pool
    ) -> None:
        for number in range(NAME_LIMIT.failures):
            await attempts.count("Ana", f"192.0.2.{number}")
        assert 0 < await wait_of(attempts, "ana", ELSEWHERE) <= 30
        assert await wait_of(SignInAttempts(pool), "ANA", HOME) > 0
        await attempts.count("bo", HOME)

    async def test_waits_twice_as_long_after_each_further_failure_up_to_a_limit(
        self, attempts: SignInAttempts, desk: Desk
    ) -> None:
        await fail(attempts, "ana", HOME, NAME_LIMIT.failures)
        waits = []
        for _ in range(7):
            waits.append(await wait_of(attempts, "ana", HOME))
            desk.execute("update ops.sign_in_attempt set blocked_until = now()")
            await attempts.count("ana", HOME)
        for wait, expected in zip(waits, [30, 60, 120, 240, 480, 900, 900], strict=True):
            assert expected * 0.8 < wait <= expected

    async def test_does_not_wait_longer_for_trying_meanwhile(
        self, attempts: SignInAttempts, desk: Desk
    ) -> None:
        await fail(attempts, "ana", HOME, NAME_LIMIT.failures)
        until = "select max(blocked_until) from ops.sign_in_attempt"
        before = desk.scalar(until)
        for _ in range(3):
            await wait_of(attempts, "ana", HOME)
        assert desk.scalar(until) == before

    async def test_is_forgiven_with_time(self, attempts: SignInAttempts, desk: Desk) -> None:
        await fail(attempts, "ana", HOME, NAME_LIMIT.failures)
        desk.execute(
            "update ops.sign_in_attempt "
            "set blocked_until = now(), failed_at = failed_at - interval '46 minutes'"
        )
        await fail(attempts, "ana", HOME, 3)
        assert await wait_of(attempts, "ana", HOME) > 0

    async def test_is_forgiven_by_the_right_password(self, attempts: SignInAttempts) -> None:
        for _ in range(3):
            await fail(attempts, "ana", HOME, NAME_LIMIT.failures)
            await attempts.forgive("ana", HOME)

    async def test_guessed_at_by_strangers_still_opens_where_its_owner_signs_in(
        self, attempts: SignInAttempts
    ) -> None:
        await attempts.count("ana", HOME)
        await attempts.forgive("ana", HOME)
        await fail(attempts, "ana", ELSEWHERE, NAME_LIMIT.failures)
        await wait_of(attempts, "ana", ELSEWHERE)
        await fail(attempts, "ana", HOME, NAME_LIMIT.failures)
        await wait_of(attempts, "ana", HOME)

    async def test_guessed_at_many_times_in_one_instant_gives_no_more_tries(
        self, attempts: SignInAttempts
    ) -> None:
        tries = [attempts.count("ana", HOME) for _ in range(20)]
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert outcomes.count(None) == NAME_LIMIT.failures


class TestAddress:
    async def test_waits_when_it_guesses_at_many_names(self, attempts: SignInAttempts) -> None:
        for number in range(ADDRESS_LIMIT.failures):
            await attempts.count(f"user{number}", HOME)
        assert await wait_of(attempts, "someone", HOME) <= ADDRESS_LIMIT.first_seconds
        await attempts.count("someone", ELSEWHERE)

    async def test_of_ipv6_stands_for_its_network(self, attempts: SignInAttempts, desk: Desk) -> None:
        for number in range(3):
            await attempts.count(f"user{number}", f"2001:db8::{number + 1}")
        assert desk.scalar("select max(failures) from ops.sign_in_attempt") == 3
        await attempts.count("user4", "2001:db8:0:1::1")
        assert desk.scalar("select max(failures) from ops.sign_in_attempt") == 3

    async def test_is_given_back_what_was_right(self, attempts: SignInAttempts) -> None:
        for number in range(ADDRESS_LIMIT.failures * 2):
            await attempts.count(f"user{number}", HOME)
            await attempts.forgive(f"user{number}", HOME)


class TestMemory:
    async def test_holds_no_name_and_no_address(self, attempts: SignInAttempts, desk: Desk) -> None:
        await attempts.count("my secret password", HOME)
        rows = str(desk.execute("select * from ops.sign_in_attempt"))
        assert "secret" not in rows
        assert HOME not in rows

    async def test_is_cleared_of_what_is_over(
        self, attempts: SignInAttempts, pool: asyncpg.Pool, desk: Desk
    ) -> None:
        await attempts.count("ana", HOME)
        desk.execute("update ops.sign_in_attempt set kept_until = now() - interval '1 second'")
        await SignInAttempts(pool).count("bo", ELSEWHERE)
        assert desk.scalar("select count(*) from ops.sign_in_attempt") == 2
