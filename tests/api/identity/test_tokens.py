import hmac
import json
import time
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import jwt
import pytest

from api.identity.token_format import MAX_TOKEN_LENGTH
from api.identity.tokens import issue_access_token, issue_refresh_token
from api.identity.verification import REMEMBERED_SECONDS, TokenVerifier
from api.kit.errors import TokenExpiredError, TokenInvalidError, UnauthenticatedError
from api.settings import ApiSettings
from tests.factories.tokens import make_token

SETTINGS = ApiSettings(database_url="postgresql://nowhere/none")
KEY = SETTINGS.secret_key.get_secret_value()


def claims(**changes: Any) -> dict[str, Any]:
    base = {
        "token_type": "access",
        "iss": SETTINGS.token_issuer,
        "exp": int(time.time()) + 300,
        "user_id": 12,
        "user_type": "staff",
        "username": "ana",
        "roles": [{"system": "tts", "role": "Admin"}],
    }
    return {name: value for name, value in {**base, **changes}.items() if value is not ...}


def signed(
    key: str = KEY, algorithm: str = "HS256", header: dict[str, Any] | None = None, **changes: Any
) -> str:
    return jwt.encode(claims(**changes), key, algorithm=algorithm, headers=header)


def raw(header: dict[str, Any], payload: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(payload).encode(), signature]
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@pytest.fixture
def verifier() -> TokenVerifier:
    return TokenVerifier(SETTINGS)


class TestGoodToken:
    def test_names_its_bearer(self, verifier: TokenVerifier) -> None:
        principal = verifier.principal(signed(department_name="IT"))
        assert (principal.user_id, principal.username, principal.department) == (12, "ana", "IT")
        assert principal.is_admin

    def test_may_write_the_id_as_digits(self, verifier: TokenVerifier) -> None:
        assert verifier.principal(signed(user_id="12")).user_id == 12

    @pytest.mark.parametrize("roles", [["tts:Admin"], [{"system": "TTS", "role": "super admin"}]])
    def test_may_spell_roles_otherwise(self, verifier: TokenVerifier, roles: Any) -> None:
        assert verifier.principal(signed(roles=roles)).is_admin

    def test_has_thirty_seconds_of_grace_and_no_more(self, verifier: TokenVerifier) -> None:
        now = int(time.time())
        assert verifier.principal(signed(exp=now - 20))
        with pytest.raises(TokenExpiredError):
            verifier.principal(signed(exp=now - 31))

    def test_may_last_long_but_is_looked_at_again(
        self, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token = signed(exp=int(time.time()) + 10 * 365 * 86_400)
        verifier.principal(token)
        monkeypatch.setattr(verifier, "_issuers", {})
        assert verifier.principal(token)
        later = time.time() + REMEMBERED_SECONDS + 1
        monkeypatch.setattr("api.identity.verification.time.time", lambda: later)
        with pytest.raises(TokenInvalidError):
            verifier.principal(token)

    def test_is_not_remembered_past_its_expiry(
        self, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token = make_token(SETTINGS, lifetime=timedelta(minutes=1))
        verifier.principal(token)
        later = time.time() + 120
        monkeypatch.setattr("api.identity.verification.time.time", lambda: later)
        monkeypatch.setattr("jwt.api_jwt.datetime", _clock_at(later))
        with pytest.raises(TokenExpiredError):
            verifier.principal(token)


def _clock_at(seconds: float) -> Any:
    from datetime import datetime  # noqa: PLC0415

    class Frozen(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Frozen":
            return cls.fromtimestamp(seconds, tz)

    return Frozen


class TestBadToken:
    @pytest.mark.parametrize("algorithm", ["none", "None", "nOnE"])
    def test_without_signature(self, verifier: TokenVerifier, algorithm: str) -> None:
        with pytest.raises(TokenInvalidError):
            verifier.principal(raw({"alg": algorithm, "typ": "JWT"}, claims()))

    @pytest.mark.parametrize(
        "changes",
        [
            {"exp": ...},
            {"exp": "tomorrow"},
            {"exp": True},
            {"exp": float("1e300")},
            {"iat": int(time.time()) + 3600},
            {"nbf": int(time.time()) + 3600},
            {"iss": "someone-else"},
            {"iss": ...},
            {"aud": "another-service"},
            {"aud": ["workflow", "another-service"]},
            {"token_type": "refresh"},
            {"token_type": ...},
            {"user_id": ...},
            {"user_id": 0},
            {"user_id": -1},
            {"user_id": 2**63},
            {"user_id": 1.5},
            {"user_id": True},
            {"user_id": "٣"},
            {"user_type": "robot"},
            {"roles": "Admin"},
            {"roles": [["tts", "Admin"]]},
            {"roles": [{"system": "tts"}]},
            {"roles": [{"system": "tts", "role": {"name": "Admin"}}]},
        ],
    )
    def test_with_a_claim_that_does_not_hold(self, verifier: TokenVerifier, changes: dict[str, Any]) -> None:
        with pytest.raises(UnauthenticatedError):
            verifier.principal(signed(**changes))

    def test_with_an_endless_expiry(self, verifier: TokenVerifier) -> None:
        payload = json.dumps(claims()).replace(str(claims()["exp"]), "1e400")
        token = jwt.api_jws.encode(payload.encode(), KEY, algorithm="HS256")
        with pytest.raises(TokenInvalidError):
            verifier.principal(token)

    def test_signed_with_another_key_whatever_its_header_offers(self, verifier: TokenVerifier) -> None:
        other = "another key of thirty-two letters or more"
        for header in ({"jku": "https://evil.example"}, {"jwk": {"kty": "oct"}}, {"kid": "../../key'--"}):
            with pytest.raises(TokenInvalidError):
                verifier.principal(signed(key=other, header=header))

    @pytest.mark.parametrize(
        ("header", "payload"),
        [
            ('{"alg": "HS256", "alg": "HS256"}', json.dumps(claims())),
            ('{"alg": "HS256"}', json.dumps(claims())[:-1] + ', "user_id": 1}'),
            ('{"alg": "HS256"}', json.dumps(claims())[:-1] + ', "nested": {"a": 1, "a": 2}}'),
            ('{"alg": "HS256", "crit": ["exp"]}', json.dumps(claims())),
            ('{"alg": "HS256", "crit": []}', json.dumps(claims())),
            ('{"alg": "HS256", "typ": "id+jwt"}', json.dumps(claims())),
            ('{"alg": "HS256", "typ": "dpop+jwt"}', json.dumps(claims())),
            ('{"alg": "HS256", "typ": 7}', json.dumps(claims())),
            ('{"alg": ["HS256"]}', json.dumps(claims())),
            ('{"alg": "HS256", "b64": false}', json.dumps(claims())),
            ("{}", json.dumps(claims())),
            ("[]", json.dumps(claims())),
            ('{"alg": "HS256"}', "[]"),
            ('{"alg": "HS256"}', "[" * 3000),
            ('{"alg": "HS256"}', json.dumps(claims())[:-1] + ', "nbf": true}'),
        ],
    )
    def test_of_a_form_nobody_issues(self, verifier: TokenVerifier, header: str, payload: str) -> None:
        signed_part = ".".join(
            urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in (header, payload)
        )
        signature = urlsafe_b64encode(hmac.digest(KEY.encode(), signed_part.encode(), "sha256"))
        with pytest.raises(TokenInvalidError):
            verifier.principal(f"{signed_part}.{signature.rstrip(b'=').decode()}")

    @pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
    @pytest.mark.parametrize("claim", ["username", "email", "full_name", "department", "roles"])
    def test_that_names_people_in_words_that_cannot_be_kept(
        self, verifier: TokenVerifier, claim: str, text: str
    ) -> None:
        value: Any = [{"system": "ams", "role": text}] if claim == "roles" else text
        with pytest.raises(TokenInvalidError):
            verifier.principal(signed(**{claim: value}))

    @pytest.mark.parametrize("typ", ["JWT", "jwt", "at+jwt", "application/at+jwt"])
    def test_may_be_typed_as_an_access_token(self, verifier: TokenVerifier, typ: str) -> None:
        assert verifier.principal(signed(header={"typ": typ}))

    @pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
    def test_signed_with_another_algorithm(self, verifier: TokenVerifier, algorithm: str) -> None:
        with pytest.raises(TokenInvalidError):
            verifier.principal(signed(key=KEY * 2, algorithm=algorithm))

    @pytest.mark.parametrize(
        "token", ["", ".", "..", "a.b.c", "a.b.c.d.e", "é.é.é", "x" * (MAX_TOKEN_LENGTH + 1)]
    )
    def test_that_is_no_token_at_all(self, verifier: TokenVerifier, token: str) -> None:
        with pytest.raises(TokenInvalidError):
            verifier.principal(token)

    @pytest.mark.parametrize("spoil", ["{}=", "{}.", " {}", "{}\n", "{}\t", ".{}"])
    def test_with_something_around_it(self, verifier: TokenVerifier, spoil: str) -> None:
        with pytest.raises(TokenInvalidError):
            verifier.principal(spoil.format(signed()))

    def test_cut_short(self, verifier: TokenVerifier) -> None:
        with pytest.raises(TokenInvalidError):
            verifier.principal(signed().rpartition(".")[0] + ".")


class TestAudience:
    @pytest.fixture
    def verifier(self) -> TokenVerifier:
        return TokenVerifier(SETTINGS.model_copy(update={"token_audience": "sluice"}))

    @pytest.mark.parametrize("audience", ["sluice", ["other", "sluice"]])
    def test_that_is_ours_is_accepted(self, verifier: TokenVerifier, audience: Any) -> None:
        assert verifier.principal(signed(aud=audience))

    @pytest.mark.parametrize("audience", [..., "other", ["other"], [], None, 1])
    def test_that_is_not_ours_is_refused(self, verifier: TokenVerifier, audience: Any) -> None:
        with pytest.raises(TokenInvalidError):
            verifier.principal(signed(aud=audience))

    def test_stands_in_the_tokens_issued_here(self, verifier: TokenVerifier) -> None:
        token = make_token(SETTINGS.model_copy(update={"token_audience": "sluice"}))
        assert verifier.principal(token)
        with pytest.raises(TokenInvalidError):
            TokenVerifier(SETTINGS).principal(token)


class TestRoles:
    @pytest.mark.parametrize("role", ["admin ", " Admin", "\u0410dmin", "Administrator", ""])
    def test_a_look_alike_is_not_an_admin(self, verifier: TokenVerifier, role: str) -> None:
        assert not verifier.principal(signed(roles=[{"system": "tts", "role": role}])).is_admin

    def test_an_employee_is_never_an_admin(self, verifier: TokenVerifier) -> None:
        assert not verifier.principal(signed(user_type="employee")).is_admin

    def test_an_admin_of_another_system_is_none_here(self, verifier: TokenVerifier) -> None:
        assert not verifier.principal(signed(roles=[{"system": "ams", "role": "Admin"}])).is_admin

    def test_no_roles_are_fine(self, verifier: TokenVerifier) -> None:
        assert verifier.principal(signed(roles=None)).roles == frozenset()


def test_a_refresh_token_opens_nothing() -> None:
    token = issue_refresh_token(SETTINGS, jti="1", user_id=1, lifetime=timedelta(days=1))
    with pytest.raises(TokenInvalidError):
        TokenVerifier(SETTINGS).principal(token)


def test_issued_claims_are_those_of_the_contract() -> None:
    token = issue_access_token(
        SETTINGS,
        user_id=12,
        user_type="staff",
        username="ana",
        full_name="Ana B",
        email="a@b.c",
        department="IT Department",
        roles=[{"system": "tts", "role": "Admin"}],
        lifetime=timedelta(minutes=5),
    )
    found = jwt.decode(token, KEY, algorithms=["HS256"], issuer="tts-jwt-issuer")
    assert found.pop("exp") - found.pop("iat") == 300
    assert found.pop("jti")
    assert found == {
        "token_type": "access",
        "iss": "tts-jwt-issuer",
        "user_id": 12,
        "user_type": "staff",
        "username": "ana",
        "full_name": "Ana B",
        "email": "a@b.c",
        "department": "IT Department",
        "roles": [{"system": "tts", "role": "Admin"}],
    }
