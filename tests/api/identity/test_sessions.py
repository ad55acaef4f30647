import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
from argon2 import PasswordHasher

from api.identity.attempts import NAME_LIMIT
from api.identity.enums import UserType
from api.identity.principal import Principal
from api.identity.withdrawals import Withdrawals
from api.kit.db import connect_membership_pool
from api.kit.errors import TokenInvalidError, UnavailableError
from api.main import create_workflow_api
from api.settings import ApiSettings
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.desk import Desk
from tests.factories.tokens import ADMIN_ROLE, bearer, make_token

ANA = {"username": "ana", "password": PASSWORD}
NEW = "a new and longer one"


@pytest.fixture
def settings(database_url: str) -> ApiSettings:
    """Look at the ended sessions with every request, so that no test waits for the next look."""
    return ApiSettings(database_url=database_url, pool_size=4, session_check_seconds=0)


@pytest.fixture
async def ana(settings: ApiSettings) -> int:
    return await make_account(settings)


async def sign_in(api: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await api.post("/auth/token/", json=ANA | changes)
    assert answer.status_code == 200, answer.text
    pair: dict[str, Any] = answer.json()
    return pair


async def renew(api: httpx.AsyncClient, pair: dict[str, Any]) -> httpx.Response:
    return await api.post("/auth/refresh/", json={"refresh_token": pair["refresh_token"]})


async def read(api: httpx.AsyncClient, pair: dict[str, Any]) -> int:
    return (await api.get("/workflows/", headers=bearer(pair["access_token"]))).status_code


@pytest.mark.usefixtures("ana")
class TestSigningOut:
    async def test_stops_both_tokens_of_the_session(self, api: httpx.AsyncClient) -> None:
        pair = await sign_in(api)
        assert await read(api, pair) == 200
        answer = await api.post("/auth/sign-out/", headers=bearer(pair["access_token"]))
        assert (answer.status_code, answer.content) == (204, b"")
        assert await read(api, pair) == 401
        assert (await renew(api, pair)).status_code == 401

    async def test_leaves_the_other_sessions_alone(self, api: httpx.AsyncClient) -> None:
        kept, ended = await sign_in(api), await sign_in(api)
        await api.post("/auth/sign-out/", headers=bearer(ended["access_token"]))
        assert await read(api, kept) == 200
        assert (await renew(api, kept)).status_code == 200

    async def test_counts_in_the_other_service_too(
        self, api: httpx.AsyncClient, tickets_api: httpx.AsyncClient
    ) -> None:
        headers = bearer((await sign_in(api))["access_token"])
        assert (await tickets_api.post("/tickets/", json={}, headers=headers)).status_code == 400
        await api.post("/auth/sign-out/", headers=headers)
        assert (await tickets_api.post("/tickets/", json={}, headers=headers)).status_code == 401

    async def test_takes_the_cookie_away(self, api: httpx.AsyncClient) -> None:
        pair = await sign_in(api)
        headers = {"Cookie": f"access_token={pair['access_token']}", "Origin": "http://api.test"}
        answer = await api.post("/auth/sign-out/", headers=headers)
        assert answer.status_code == 204
        assert 'access_token=""; HttpOnly; Max-Age=0' in answer.headers["set-cookie"]

    async def test_with_a_cookie_is_refused_to_other_sites(self, api: httpx.AsyncClient) -> None:
        pair = await sign_in(api)
        headers = {"Cookie": f"access_token={pair['access_token']}", "Origin": "http://evil.example"}
        assert (await api.post("/auth/sign-out/", headers=headers)).status_code == 403
        assert await read(api, pair) == 200

    async def test_with_a_token_that_has_no_session_changes_nothing(
        self, api: httpx.AsyncClient, settings: ApiSettings
    ) -> None:
        pair = await sign_in(api)
        headers = bearer(make_token(settings, roles=[ADMIN_ROLE]))
        assert (await api.post("/auth/sign-out/", headers=headers)).status_code == 204
        assert await read(api, pair) == 200


class TestDisabledAccount:
    async def test_is_refused_by_both_services(
        self, api: httpx.AsyncClient, tickets_api: httpx.AsyncClient, ana: int, desk: Desk
    ) -> None:
        pair = await sign_in(api)
        desk.execute("update ops.user_account set is_active = false where user_id = %s", ana)
        assert await read(api, pair) == 401
        headers = bearer(pair["access_token"])
        assert (await tickets_api.post("/tickets/", json={}, headers=headers)).status_code == 401
        assert (await renew(api, pair)).status_code == 401

    async def test_is_told_from_an_employee_with_the_same_number(
        self, api: httpx.AsyncClient, ana: int, desk: Desk, settings: ApiSettings
    ) -> None:
        assert await make_account(settings, "jo", user_type=UserType.EMPLOYEE, roles=()) == ana
        pair = await sign_in(api)
        desk.execute("update ops.user_account set is_active = false where username = 'jo'")
        assert await read(api, pair) == 200


@pytest.mark.usefixtures("ana")
class TestRenewing:
    async def test_twice_at_once_lets_one_through_and_ends_the_session(self, api: httpx.AsyncClient) -> None:
        pair = await sign_in(api)
        answers = await asyncio.gather(*(renew(api, pair) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
        winner = next(answer.json() for answer in answers if answer.status_code == 200)
        assert await read(api, winner) == 401
        assert (await renew(api, winner)).status_code == 401

    async def test_keeps_the_session_that_signing_out_ends(self, api: httpx.AsyncClient) -> None:
        first = await sign_in(api)
        second = (await renew(api, first)).json()
        await api.post("/auth/sign-out/", headers=bearer(second["access_token"]))
        assert await read(api, first) == 401


@pytest.mark.usefixtures("ana")
class TestChangingThePassword:
    async def change(self, api: httpx.AsyncClient, pair: dict[str, Any], **changes: Any) -> httpx.Response:
        body = {"current_password": PASSWORD, "new_password": NEW} | changes
        return await api.post("/auth/password/", json=body, headers=bearer(pair["access_token"]))

    async def test_lets_only_the_new_one_in_and_ends_the_other_sessions(self, api: httpx.AsyncClient) -> None:
        mine, other = await sign_in(api), await sign_in(api)
        assert (await self.change(api, mine)).status_code == 204
        assert (await api.post("/auth/token/", json=ANA)).status_code == 401
        await sign_in(api, password=NEW)
        assert (await read(api, mine), await read(api, other)) == (200, 401)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"current_password": "wrong"}, "current_password"),
            ({"new_password": "short"}, "new_password"),
            ({"new_password": PASSWORD}, "new_password"),
            ({"new_password": None}, "new_password"),
        ],
    )
    async def test_names_what_is_wrong(
        self, api: httpx.AsyncClient, changes: dict[str, Any], field: str
    ) -> None:
        pair = await sign_in(api)
        answer = await self.change(api, pair, **changes)
        assert answer.status_code == 400
        assert list(answer.json()["details"]) == [field]
        assert await read(api, pair) == 200

    async def test_cannot_be_used_to_guess(self, api: httpx.AsyncClient) -> None:
        pair = await sign_in(api)
        for _ in range(NAME_LIMIT.failures):
            await self.change(api, pair, current_password="wrong")
        answer = await self.change(api, pair)
        assert answer.status_code == 429

    async def test_is_for_those_who_have_one_here(
        self, api: httpx.AsyncClient, settings: ApiSettings
    ) -> None:
        pair = {"access_token": make_token(settings, user_id=77)}
        answer = await self.change(api, pair)
        assert (answer.status_code, answer.json()["code"]) == (409, "invalid_state")


class TestPasswords:
    async def test_count_every_space(self, api: httpx.AsyncClient, settings: ApiSettings) -> None:
        await make_account(settings, password=" spaces around ")
        await sign_in(api, password=" spaces around ")
        answer = await api.post("/auth/token/", json=ANA | {"password": "spaces around"})
        assert answer.status_code == 401

    async def test_with_an_old_kind_of_hash_get_a_new_one(
        self, api: httpx.AsyncClient, ana: int, desk: Desk
    ) -> None:
        old = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
        desk.execute("update ops.user_account set password_hash = %s where user_id = %s", old, ana)
        await sign_in(api)
        new = desk.scalar("select password_hash from ops.user_account where user_id = %s", ana)
        assert new.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        await sign_in(api)


class TestWithdrawals:
    @pytest.fixture
    async def pool(self, settings: ApiSettings) -> AsyncIterator[asyncpg.Pool]:
        pool = await connect_membership_pool(settings, role="sluice_intake")
        yield pool
        await pool.close()

    @pytest.fixture
    def bearer_of_a_session(self, desk: Desk, ana: int) -> Principal:
        desk.execute(
            "insert into ops.user_session (session_id, account_id) "
            "select 'first', account_id from ops.user_account"
        )
        return Principal(user_id=ana, user_type=UserType.STAFF, username="ana", session_id="first")

    def patient(self, settings: ApiSettings) -> Withdrawals:
        return Withdrawals(settings.model_copy(update={"session_check_seconds": 2.0}))

    async def test_are_looked_at_again_after_the_stated_seconds(
        self,
        settings: ApiSettings,
        pool: asyncpg.Pool,
        desk: Desk,
        bearer_of_a_session: Principal,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        clock = [1000.0]
        monkeypatch.setattr("api.identity.withdrawals.time.monotonic", lambda: clock[0])
        withdrawals = self.patient(settings)
        await withdrawals.refuse_withdrawn(bearer_of_a_session, pool)
        desk.execute("update ops.user_session set ended_at = now()")
        clock[0] += 1.9
        await withdrawals.refuse_withdrawn(bearer_of_a_session, pool)
        clock[0] += 0.1
        with pytest.raises(TokenInvalidError):
            await withdrawals.refuse_withdrawn(bearer_of_a_session, pool)

    async def test_of_long_ago_are_left_out(
        self, settings: ApiSettings, pool: asyncpg.Pool, desk: Desk, bearer_of_a_session: Principal
    ) -> None:
        desk.execute("update ops.user_session set ended_at = now() - interval '1 hour'")
        await self.patient(settings).refuse_withdrawn(bearer_of_a_session, pool)

    async def test_stay_known_while_the_database_is_away(
        self, settings: ApiSettings, pool: asyncpg.Pool, desk: Desk, bearer_of_a_session: Principal
    ) -> None:
        desk.execute("update ops.user_session set ended_at = now()")
        withdrawals = Withdrawals(settings)
        with pytest.raises(TokenInvalidError):
            await withdrawals.refuse_withdrawn(bearer_of_a_session, pool)
        await pool.close()
        with pytest.raises(TokenInvalidError):
            await withdrawals.refuse_withdrawn(bearer_of_a_session, pool)
        other = Principal(user_id=5, user_type=UserType.STAFF, username="bo")
        await withdrawals.refuse_withdrawn(other, pool)

    async def test_never_read_let_nobody_in(
        self, settings: ApiSettings, pool: asyncpg.Pool, bearer_of_a_session: Principal
    ) -> None:
        await pool.close()
        with pytest.raises(UnavailableError):
            await Withdrawals(settings).refuse_withdrawn(bearer_of_a_session, pool)


async def test_a_request_costs_no_query_between_two_looks(settings: ApiSettings) -> None:
    app = create_workflow_api(settings.model_copy(update={"session_check_seconds": 60.0}))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
            headers = bearer(make_token(settings))
            assert (await client.get("/workflows/", headers=headers)).status_code == 200
            await app.state.membership_pool.close()
            assert (await client.get("/workflows/", headers=headers)).status_code == 200
