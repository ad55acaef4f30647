from typing import Any

import httpx
import jwt
import pytest

from api.identity.attempts import NAME_LIMIT
from api.identity.enums import UserType
from api.kit.errors import DuplicateError
from api.settings import ApiSettings
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.desk import Desk
from tests.factories.tokens import bearer

ANA = {"username": "ana", "password": PASSWORD}


@pytest.fixture
async def account(settings: ApiSettings) -> None:
    await make_account(settings)


@pytest.mark.usefixtures("account")
class TestSignIn:
    async def test_gives_a_token_that_opens_the_api(self, api: httpx.AsyncClient) -> None:
        answer = await api.post("/auth/token/", json=ANA)
        assert answer.status_code == 200
        pair = answer.json()
        assert (pair["token_type"], pair["expires_in"]) == ("Bearer", 900)
        claims = jwt.decode(pair["access_token"], options={"verify_signature": False})
        assert {"system": "tts", "role": "Admin"} in claims["roles"]
        assert (await api.get("/workflows/", headers=bearer(pair["access_token"]))).status_code == 200

    async def test_reads_a_form_and_any_case_of_the_name(self, api: httpx.AsyncClient) -> None:
        answer = await api.post("/auth/token/", data={**ANA, "username": "ANA"})
        assert answer.status_code == 200

    async def test_sets_a_cookie_when_asked(self, api: httpx.AsyncClient) -> None:
        assert "set-cookie" not in (await api.post("/auth/token/", json=ANA)).headers
        answer = await api.post("/auth/token/", json={**ANA, "cookie": True})
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie

    async def test_tells_a_wrong_password_and_an_unknown_name_alike(self, api: httpx.AsyncClient) -> None:
        answers = [
            await api.post("/auth/token/", json={**ANA, **changes})
            for changes in ({"password": "wrong"}, {"username": "nobody"})
        ]
        assert [answer.status_code for answer in answers] == [401, 401]
        assert answers[0].json()["error"] == answers[1].json()["error"]

    async def test_refuses_a_disabled_account(self, api: httpx.AsyncClient, desk: Desk) -> None:
        desk.execute("update ops.user_account set is_active = false")
        assert (await api.post("/auth/token/", json=ANA)).status_code == 401

    async def test_makes_guessers_wait(self, api: httpx.AsyncClient) -> None:
        for _ in range(NAME_LIMIT.failures):
            await api.post("/auth/token/", json={**ANA, "password": "wrong"})
        answer = await api.post("/auth/token/", json=ANA)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0

    async def test_refuses_a_body_that_is_no_sign_in(self, api: httpx.AsyncClient) -> None:
        headers = {"Content-Type": "application/json"}
        nul = b'{"username": "a\\u0000", "password": "x"}'
        for content in (b"{", b"[]", b'"ana"', b'{"username": "ana"}', nul):
            answer = await api.post("/auth/token/", content=content, headers=headers)
            assert answer.status_code == 400, content

    async def test_refuses_a_content_type_it_cannot_read(self, api: httpx.AsyncClient) -> None:
        answer = await api.post("/auth/token/", content=b"x", headers={"Content-Type": "text/plain"})
        assert answer.status_code == 400


@pytest.mark.usefixtures("account")
class TestRefresh:
    @pytest.fixture
    async def pair(self, api: httpx.AsyncClient) -> dict[str, Any]:
        pair: dict[str, Any] = (await api.post("/auth/token/", json=ANA)).json()
        return pair

    async def renew(self, api: httpx.AsyncClient, token: str) -> httpx.Response:
        return await api.post("/auth/refresh/", json={"refresh_token": token})

    async def test_gives_a_new_pair(self, api: httpx.AsyncClient, pair: dict[str, Any]) -> None:
        answer = await self.renew(api, pair["refresh_token"])
        assert answer.status_code == 200
        assert answer.json()["refresh_token"] != pair["refresh_token"]

    async def test_used_twice_ends_the_whole_family(
        self, api: httpx.AsyncClient, pair: dict[str, Any]
    ) -> None:
        newer = (await self.renew(api, pair["refresh_token"])).json()["refresh_token"]
        assert (await self.renew(api, pair["refresh_token"])).status_code == 401
        assert (await self.renew(api, newer)).status_code == 401

    async def test_takes_no_access_token(self, api: httpx.AsyncClient, pair: dict[str, Any]) -> None:
        assert (await self.renew(api, pair["access_token"])).status_code == 401


async def test_a_name_is_given_once(settings: ApiSettings) -> None:
    first = await make_account(settings)
    other = await make_account(settings, "jo", user_type=UserType.EMPLOYEE, roles=())
    assert (first, other) == (1, 1)
    with pytest.raises(DuplicateError):
        await make_account(settings, "Ana")
