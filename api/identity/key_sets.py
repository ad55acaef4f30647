"""The public keys of another issuer: fetched, remembered, and fetched again when they change."""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from api.identity.token_format import UnverifiedToken
from api.kit.errors import TokenInvalidError, UnavailableError
from api.kit.logs import log

FETCH_SECONDS = 3.0
# A token may name a key that nobody has: without a pause each would cost the issuer a request.
PAUSE_SECONDS = 10.0
MAX_AGE_SECONDS = 300.0
MAX_DOCUMENT_BYTES = 262_144
_MAX_KEYS = 100
_SMALLEST_RSA_BITS = 2048
_KEY_TYPES = {"RS256": ("RSA", None), "ES256": ("EC", "P-256")}


class KeySet:
    """One issuer's keys by their `kid`.

    A set that cannot be read again stays in use: an issuer that is down must not sign its users out.
    """

    def __init__(self, url: str, algorithms: Sequence[str]) -> None:
        self.algorithms = list(algorithms)
        self._url = url
        self._client = httpx.AsyncClient(timeout=FETCH_SECONDS, headers={"Accept": "application/json"})
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._read_at = self._tried_at = -float("inf")
        self._reading: asyncio.Task[None] | None = None

    async def prepare(self, token: UnverifiedToken) -> None:
        """Have the token's key at hand, if the issuer publishes it.

        Only a token whose key is unknown waits for the network.
        """
        if self._find(token) is None:
            reading = self._read_again()
            if reading is not None:
                await asyncio.shield(reading)
        elif time.monotonic() - self._read_at > MAX_AGE_SECONDS:
            self._read_again()

    def key_of(self, token: UnverifiedToken) -> Any:
        """Return the key to verify the token with.

        Raises:
            TokenInvalidError: the issuer publishes no such key, or not for the token's algorithm.
            UnavailableError: the issuer's keys could never be read.
        """
        if not self._keys:
            raise UnavailableError("The keys of the token's issuer cannot be read: try again shortly")
        key = self._find(token)
        # The algorithm belongs to the key; what the token's header asks for is only compared with it.
        if key is None or token.header.get("alg") != key.algorithm_name:
            raise TokenInvalidError
        return key.key

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        await self._client.aclose()

    def _find(self, token: UnverifiedToken) -> jwt.PyJWK | None:
        kid = token.header.get("kid")
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid) if isinstance(kid, str) else None

    def _read_again(self) -> asyncio.Task[None] | None:
        """Start reading, join a reading under way, or return None during the pause after one."""
        if self._reading is None or self._reading.done():
            now = time.monotonic()
            if now - self._tried_at < PAUSE_SECONDS:
                return None
            self._tried_at = now
            self._reading = asyncio.create_task(self._read())
        return self._reading

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                document = json.loads(await self._fetch())
            self._keys = self._usable_keys(document)
            self._read_at = time.monotonic()
        except (httpx.HTTPError, OSError, ValueError, RecursionError) as error:
            log.warning("key_set_unreadable", url=self._url, error=type(error).__name__)

    async def _fetch(self) -> bytes:
        content = b""
        async with self._client.stream("GET", self._url) as response:
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > MAX_DOCUMENT_BYTES:
                    message = "the key set is too large"
                    raise ValueError(message)
        return content

    def _usable_keys(self, document: object) -> dict[str | None, jwt.PyJWK]:
        published = document.get("keys") if isinstance(document, dict) else None
        if not isinstance(published, list) or len(published) > _MAX_KEYS:
            message = "the document is not a key set"
            raise ValueError(message)
        found = {jwk.get("kid"): key for jwk in published if (key := self._usable_key(jwk)) is not None}
        if not found:
            message = "the key set has no key for the permitted algorithms"
            raise ValueError(message)
        return found

    def _usable_key(self, jwk: object) -> jwt.PyJWK | None:
        """Read one key; None for those not meant for signatures, or not of a permitted algorithm."""
        if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig":
            return None
        if not isinstance(jwk.get("kid"), str | None):
            return None
        for algorithm in self.algorithms:
            key_type, curve = _KEY_TYPES[algorithm]
            if (jwk.get("kty"), jwk.get("crv")) != (key_type, curve) or jwk.get(
                "alg", algorithm
            ) != algorithm:
                continue
            try:
                key = jwt.PyJWK(jwk, algorithm)
            except (jwt.PyJWTError, ValueError, TypeError):
                return None
            is_short = isinstance(key.key, RSAPublicKey) and key.key.key_size < _SMALLEST_RSA_BITS
            is_public = "d" not in jwk
            return key if is_public and not is_short else None
        return None
