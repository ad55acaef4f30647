"""Verifying tokens: each issuer has its own keys, algorithms and audience, set by the operator."""

import time
from collections import OrderedDict
from typing import Any, Protocol

import jwt

from api.identity.claims import principal_of
from api.identity.key_sets import KeySet
from api.identity.principal import Principal
from api.identity.token_format import UnverifiedToken, parse
from api.identity.tokens import ALGORITHM
from api.kit.errors import TokenExpiredError, TokenInvalidError
from api.settings import ApiSettings

LEEWAY_SECONDS = 30
# A key that an issuer withdrew must not live on in here for as long as the tokens it signed.
REMEMBERED_SECONDS = 60
_CACHE_SIZE = 10_000
# Seconds since 1970 at the end of year 9999; an expiry past it was written to never come.
_END_OF_TIME = 253_402_300_800


class Keys(Protocol):
    """Where an issuer's keys come from, and the algorithms that they may be used with."""

    algorithms: list[str]

    async def prepare(self, token: UnverifiedToken) -> None: ...

    def key_of(self, token: UnverifiedToken) -> Any: ...

    async def close(self) -> None: ...


class SharedKey:
    """The key that we and the issuers of the house hold in common."""

    def __init__(self, secret: str) -> None:
        self.algorithms = [ALGORITHM]
        self._secret = secret

    async def prepare(self, token: UnverifiedToken) -> None:
        """Need nothing: the key is here."""

    def key_of(self, _: UnverifiedToken) -> str:
        return self._secret

    async def close(self) -> None:
        """Hold nothing open."""


class TokenVerifier:
    """Checks tokens, and remembers those found good for a short while.

    The cache is bounded. What a token may do is decided at each request from the local roles, and
    whether its bearer is still welcome from the local accounts, so neither is remembered with it.
    """

    def __init__(self, settings: ApiSettings) -> None:
        shared_key = SharedKey(settings.secret_key.get_secret_value())
        self._issuers: dict[str, tuple[Keys, str | None]] = {
            settings.token_issuer: (shared_key, settings.token_audience)
        }
        if settings.jwks_url is not None and settings.jwks_issuer is not None:
            key_set = KeySet(settings.jwks_url, settings.jwks_algorithms)
            self._issuers[settings.jwks_issuer] = (key_set, settings.jwks_audience)
        self._verified: OrderedDict[str, tuple[Principal, float]] = OrderedDict()

    async def identify(self, token: str) -> Principal:
        """Name the bearer; the first token signed with a new key of an external issuer waits for it."""
        known = self._remembered(token)
        if known is not None:
            return known
        unverified = parse(token)
        keys, _ = self._trust_in(unverified)
        await keys.prepare(unverified)
        return self._verified_principal(unverified)

    def principal(self, token: str) -> Principal:
        """Name the bearer with the keys at hand."""
        return self._remembered(token) or self._verified_principal(parse(token))

    def claims(self, token: str, *, token_type: str) -> dict[str, Any]:
        """Return the claims of a good token of the kind asked for.

        Raises:
            TokenExpiredError: it was good once.
            TokenInvalidError: it never was, or it is of another kind.
        """
        return self._verified_claims(parse(token), token_type)

    async def close(self) -> None:
        for keys, _ in self._issuers.values():
            await keys.close()

    def _remembered(self, token: str) -> Principal | None:
        known = self._verified.get(token)
        return known[0] if known is not None and known[1] > time.time() else None

    def _verified_principal(self, token: UnverifiedToken) -> Principal:
        claims = self._verified_claims(token, "access")
        principal = principal_of(claims)
        if len(self._verified) >= _CACHE_SIZE:
            self._verified.popitem(last=False)
        self._verified[token.text] = (principal, min(claims["exp"], time.time() + REMEMBERED_SECONDS))
        return principal

    def _trust_in(self, token: UnverifiedToken) -> tuple[Keys, str | None]:
        issuer = token.claims.get("iss")
        trusted = self._issuers.get(issuer) if isinstance(issuer, str) else None
        if trusted is None or token.header.get("alg") not in trusted[0].algorithms:
            raise TokenInvalidError
        return trusted

    def _verified_claims(self, token: UnverifiedToken, token_type: str) -> dict[str, Any]:
        keys, audience = self._trust_in(token)
        try:
            claims: dict[str, Any] = jwt.decode(
                token.text,
                keys.key_of(token),
                algorithms=keys.algorithms,
                audience=audience,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss"] + (["aud"] if audience else [])},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenExpiredError from error
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise TokenInvalidError from error
        instants = [claims[name] for name in ("exp", "nbf", "iat") if name in claims]
        if claims.get("token_type") != token_type or not all(map(_is_instant, instants)):
            raise TokenInvalidError
        return claims


def _is_instant(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value < _END_OF_TIME
