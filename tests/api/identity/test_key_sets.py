"""Tokens of an external issuer, whose keys are fetched from a real server."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import ValidationError

from api.identity import key_sets
from api.identity.verification import TokenVerifier
from api.kit.errors import TokenExpiredError, TokenInvalidError, UnauthenticatedError, UnavailableError
from api.main import create_workflow_api
from api.settings import ApiSettings
from tests.factories.key_server import KeyServer
from tests.factories.keys import (
    AUDIENCE,
    ISSUER,
    elliptic_key,
    foreign_token,
    forged_token,
    published,
    rsa_key,
)
from tests.factories.tokens import bearer, make_token

FIRST, SECOND = rsa_key("first"), rsa_key("second")


@pytest.fixture
def settings(key_server: KeyServer) -> ApiSettings:
    return ApiSettings(
        database_url="postgresql://nowhere/none",
        jwks_url=key_server.url,
        jwks_issuer=ISSUER,
        jwks_audience=AUDIENCE,
        jwks_algorithms=["RS256", "ES256"],
    )


@pytest.fixture
async def verifier(settings: ApiSettings, key_server: KeyServer) -> AsyncIterator[TokenVerifier]:
    key_server.publish(published(FIRST))
    verifier = TokenVerifier(settings)
    yield verifier
    await verifier.close()


@pytest.fixture
def unpaused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_sets, "PAUSE_SECONDS", 0.0)


class TestKeys:
    async def test_are_fetched_once_for_many_tokens(
        self, verifier: TokenVerifier, key_server: KeyServer
    ) -> None:
        tokens = [foreign_token(FIRST, jti=str(number)) for number in range(5)]
        principals = await asyncio.gather(*map(verifier.identify, tokens))
        assert {principal.user_id for principal in principals} == {12}
        assert key_server.requests == 1

    async def test_may_be_elliptic(self, verifier: TokenVerifier, key_server: KeyServer) -> None:
        key_server.publish(published(FIRST), published(elliptic_key(), "curve"))
        token = foreign_token(elliptic_key(), kid="curve", algorithm="ES256")
        assert (await verifier.identify(token)).is_admin

    async def test_need_no_name_when_there_is_one(
        self, verifier: TokenVerifier, key_server: KeyServer
    ) -> None:
        key_server.publish(published(FIRST, kid=None))
        assert await verifier.identify(foreign_token(FIRST, kid=None))

    @pytest.mark.usefixtures("unpaused")
    async def test_are_fetched_again_when_a_token_names_a_new_one(
        self, verifier: TokenVerifier, key_server: KeyServer
    ) -> None:
        await verifier.identify(foreign_token(FIRST))
        key_server.publish(published(FIRST), published(SECOND, "second"))
        assert await verifier.identify(foreign_token(SECOND, kid="second"))

    async def test_are_not_fetched_for_each_name_somebody_makes_up(
        self, verifier: TokenVerifier, key_server: KeyServer
    ) -> None:
        await verifier.identify(foreign_token(FIRST))
        for number in range(20):
            with pytest.raises(TokenInvalidError):
                await verifier.identify(foreign_token(SECOND, kid=f"made-up-{number}"))
        assert key_server.requests == 1

    @pytest.mark.usefixtures("unpaused")
    async def test_taken_back_by_the_issuer_stop_counting(
        self, verifier: TokenVerifier, key_server: KeyServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(key_sets, "MAX_AGE_SECONDS", 0.0)
        monkeypatch.setattr("api.identity.verification.REMEMBERED_SECONDS", 0)
        token = foreign_token(FIRST)
        await verifier.identify(token)
        key_server.publish(published(SECOND, "second"))
        await verifier.identify(token)
        await verifier.identify(foreign_token(SECOND, kid="second"))
        with pytest.raises(TokenInvalidError):
            await verifier.identify(token)


@pytest.mark.usefixtures("unpaused")
class TestIssuerInTrouble:
    @pytest.mark.parametrize(
        ("status", "content"),
        [
            (500, b""),
            (404, b"not found"),
            (302, b""),
            (200, b"<html>"),
            (200, b"[]"),
            (200, b'{"keys": []}'),
            (200, b'{"keys": {}}'),
            (200, b'{"keys": [null, 1, {"kty": "RSA"}, {"kty": "RSA", "n": 1, "e": []}]}'),
            (200, b"[" * 100_000),
            (200, b" " * (key_sets.MAX_DOCUMENT_BYTES + 1)),
            (200, json.dumps({"keys": [{"kty": "RSA"}] * 101}).encode()),
        ],
    )
    async def test_leaves_the_known_keys_in_use(
        self, verifier: TokenVerifier, key_server: KeyServer, status: int, content: bytes
    ) -> None:
        await verifier.identify(foreign_token(FIRST))
        key_server.status, key_server.content = status, content
        key_server.headers = {"Location": key_server.url} if status == 302 else {}
        with pytest.raises(TokenInvalidError):
            await verifier.identify(foreign_token(SECOND, kid="second"))
        assert key_server.requests == 2
        assert await verifier.identify(foreign_token(FIRST, jti="another"))

    async def test_that_is_gone_leaves_them_too(self, verifier: TokenVerifier, key_server: KeyServer) -> None:
        await verifier.identify(foreign_token(FIRST))
        key_server.stop()
        with pytest.raises(TokenInvalidError):
            await verifier.identify(foreign_token(SECOND, kid="second"))
        assert await verifier.identify(foreign_token(FIRST, jti="another"))

    async def test_from_the_start_is_said_to_be_passing(
        self, verifier: TokenVerifier, key_server: KeyServer, settings: ApiSettings
    ) -> None:
        key_server.stop()
        with pytest.raises(UnavailableError):
            await verifier.identify(foreign_token(FIRST))
        assert await verifier.identify(make_token(settings))

    async def test_that_does_not_answer_keeps_nobody_else_waiting(
        self,
        verifier: TokenVerifier,
        key_server: KeyServer,
        settings: ApiSettings,
    ) -> None:
        await verifier.identify(foreign_token(FIRST))
        key_server.may_answer.clear()
        waiting = asyncio.create_task(verifier.identify(foreign_token(SECOND, kid="second")))
        assert await verifier.identify(foreign_token(FIRST, jti="another"))
        assert await verifier.identify(make_token(settings))
        assert not waiting.done()
        key_server.publish(published(SECOND, "second"))
        key_server.may_answer.set()
        assert await waiting

    async def test_that_never_answers_is_given_up(
        self, verifier: TokenVerifier, key_server: KeyServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(key_sets, "FETCH_SECONDS", 0.05)
        key_server.may_answer.clear()
        with pytest.raises(UnavailableError):
            await verifier.identify(foreign_token(FIRST))


class TestUnfitKey:
    @pytest.mark.parametrize(
        "jwk",
        [
            published(rsa_key("short", 1024)),
            published(FIRST, use="enc"),
            published(FIRST, alg="RS512"),
            published(FIRST, kid=7),
            published(elliptic_key("P-384")),
            {"kty": "oct", "kid": "first", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"},
            {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(FIRST)), "kid": "first"},
        ],
    )
    async def test_is_never_used(
        self, verifier: TokenVerifier, key_server: KeyServer, jwk: dict[str, Any]
    ) -> None:
        key_server.publish(jwk, published(SECOND, "second"))
        with pytest.raises(TokenInvalidError):
            await verifier.identify(foreign_token(FIRST))
        assert await verifier.identify(foreign_token(SECOND, kid="second"))


class TestTokenOfTheIssuer:
    @pytest.mark.parametrize(
        "changes",
        [
            {"aud": ...},
            {"aud": "another-service"},
            {"aud": ["another-service"]},
            {"aud": 1},
            {"iss": "tts-jwt-issuer"},
            {"iss": "https://sso.example.org/"},
            {"iss": ["https://sso.example.org"]},
            {"iss": ...},
            {"exp": ...},
            {"token_type": "refresh"},
            {"token_type": "id"},
        ],
    )
    async def test_with_a_claim_that_does_not_hold_is_refused(
        self, verifier: TokenVerifier, changes: dict[str, Any]
    ) -> None:
        with pytest.raises(UnauthenticatedError):
            await verifier.identify(foreign_token(FIRST, **changes))

    async def test_for_several_services_is_accepted(self, verifier: TokenVerifier) -> None:
        assert await verifier.identify(foreign_token(FIRST, aud=["another-service", AUDIENCE]))

    async def test_that_is_over_is_said_to_be(self, verifier: TokenVerifier) -> None:
        with pytest.raises(TokenExpiredError):
            await verifier.identify(foreign_token(FIRST, exp=1))

    @pytest.mark.parametrize("kid", ["../../../dev/null", "' or 1=1 --", "a\x00b", "", "x" * 1000])
    async def test_with_a_strange_key_name_is_refused(self, verifier: TokenVerifier, kid: str) -> None:
        with pytest.raises(TokenInvalidError):
            await verifier.identify(foreign_token(FIRST, kid=kid))

    async def test_signed_with_what_its_header_offers_is_refused(self, verifier: TokenVerifier) -> None:
        offered = {
            "jwk": published(SECOND),
            "jku": "https://evil.example/keys",
            "x5u": "https://evil.example/key.pem",
            "x5c": ["AAAA"],
        }
        with pytest.raises(TokenInvalidError):
            await verifier.identify(foreign_token(SECOND, headers=offered))
        assert await verifier.identify(foreign_token(FIRST, headers=offered))

    async def test_signed_with_the_public_key_as_a_secret_is_refused(self, verifier: TokenVerifier) -> None:
        public = FIRST.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        content: bytes = jwt.api_jws.decode_complete(
            foreign_token(FIRST), options={"verify_signature": False}
        )["payload"]
        token = forged_token(public, {"alg": "HS256", "kid": "first"}, content)
        with pytest.raises(TokenInvalidError):
            await verifier.identify(token)

    async def test_signed_with_the_shared_key_is_refused(
        self, verifier: TokenVerifier, settings: ApiSettings
    ) -> None:
        secret = settings.secret_key.get_secret_value()
        with pytest.raises(TokenInvalidError):
            await verifier.identify(foreign_token(secret, algorithm="HS256"))

    async def test_cannot_speak_for_the_issuer_of_the_shared_key(
        self, verifier: TokenVerifier, settings: ApiSettings
    ) -> None:
        await verifier.identify(foreign_token(FIRST))
        with pytest.raises(TokenInvalidError):
            await verifier.identify(foreign_token(FIRST, iss=settings.token_issuer, aud=...))

    async def test_of_an_algorithm_not_permitted_is_refused(self, settings: ApiSettings) -> None:
        verifier = TokenVerifier(settings.model_copy(update={"jwks_algorithms": ["RS256"]}))
        with pytest.raises(TokenInvalidError):
            await verifier.identify(foreign_token(elliptic_key(), algorithm="ES256"))
        await verifier.close()


async def test_opens_the_service(settings: ApiSettings, database_url: str, key_server: KeyServer) -> None:
    key_server.publish(published(FIRST))
    app = create_workflow_api(settings.model_copy(update={"database_url": database_url}))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
            answer = await client.get("/workflows/", headers=bearer(foreign_token(FIRST)))
            assert answer.status_code == 200
            answer = await client.get("/workflows/", headers=bearer(foreign_token(SECOND)))
            assert answer.status_code == 401


class TestSettings:
    @pytest.mark.parametrize(
        "changes",
        [
            {"jwks_issuer": None},
            {"jwks_issuer": "tts-jwt-issuer"},
            {"jwks_algorithms": "HS256"},
            {"jwks_algorithms": "RS256,none"},
            {"jwks_algorithms": []},
            {"env": "production", "secret_key": "x" * 32, "service_token": "y" * 32},
        ],
    )
    def test_that_leave_a_doubt_are_refused(self, changes: dict[str, Any]) -> None:
        good: dict[str, Any] = {
            "database_url": "postgresql://nowhere/none",
            "jwks_url": "http://sso.example.org/keys",
            "jwks_issuer": ISSUER,
            "jwks_algorithms": "RS256, ES256",
        }
        assert ApiSettings(**good).jwks_algorithms == ["RS256", "ES256"]
        with pytest.raises(ValidationError):
            ApiSettings(**(good | changes))
