"""Key pairs of another issuer, and the tokens it signs with them."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER, AUDIENCE = "https://sso.example.org", "sluice"


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:  # noqa: ARG001 - one key per name
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def elliptic_key(curve: str = "P-256") -> ec.EllipticCurvePrivateKey:
    curves: dict[str, type[ec.EllipticCurve]] = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1}
    return ec.generate_private_key(curves[curve]())


def published(key: Any, kid: str | int | None = "first", **changes: Any) -> dict[str, Any]:
    """Render the public half as an issuer publishes it."""
    algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    jwk = json.loads(algorithm.to_jwk(key.public_key()))
    jwk = {"kid": kid, "use": "sig", **jwk, **changes}
    return {name: value for name, value in jwk.items() if value is not None}


def foreign_token(
    key: Any, *, kid: str | None = "first", algorithm: str = "RS256", headers: Any = None, **changes: Any
) -> str:
    claims = {
        "token_type": "access",
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": int(time.time()) + 300,
        "user_id": 12,
        "user_type": "staff",
        "username": "ana",
        "roles": [{"system": "tts", "role": "Admin"}],
        **changes,
    }
    claims = {name: value for name, value in claims.items() if value is not ...}
    headers = {"kid": kid, **(headers or {})}
    content = json.dumps(claims).encode()
    headers = {name: value for name, value in headers.items() if value is not None}
    return jwt.api_jws.encode(content, key, algorithm=algorithm, headers=headers)


def forged_token(secret: bytes, header: dict[str, Any], content: bytes) -> str:
    """Sign whatever it is with HMAC, past all that PyJWT would refuse to sign."""
    parts = [urlsafe_b64encode(part).rstrip(b"=") for part in (json.dumps(header).encode(), content)]
    signature = hmac.digest(secret, b".".join(parts), "sha256")
    return b".".join([*parts, urlsafe_b64encode(signature).rstrip(b"=")]).decode()
