"""Webhooks by the Standard Webhooks convention: signed, dated, and never to where they may not go."""

import asyncio
import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from api.kit.clock import utc_now
from api.notifications.channels.outcomes import SendingFailed, SendingRefused
from api.notifications.targets import TargetForbidden, refuse_forbidden_target, resolve_target
from api.settings import ApiSettings

SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with
MOST_READ_BYTES = 65_536
LONGEST_RETRY_AFTER = timedelta(hours=1)
_WORTH_REPEATING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


def open_client(settings: ApiSettings) -> httpx.AsyncClient:
    """Make the client of all webhooks.

    It keeps no connection open: two hosts at one address would share it, and the second would never be
    asked for its certificate.
    """
    return httpx.AsyncClient(
        timeout=settings.webhook_timeout_seconds,
        follow_redirects=False,
        trust_env=False,
        limits=httpx.Limits(max_keepalive_connections=0),
    )


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Sign a message with the secret of its endpoint.

    Raises:
        ValueError: the secret is not base64.
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    signed = f"{message_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


async def send_webhook(
    client: httpx.AsyncClient,
    settings: ApiSettings,
    *,
    address: str,
    secret: str,
    message_id: str,
    body: bytes,
) -> None:
    """Post a message to an endpoint; when this returns, the endpoint has answered 2xx.

    Args:
        client: from `open_client`.
        settings: that say which networks are allowed.
        address: of the endpoint.
        secret: of the endpoint.
        message_id: the same whenever this message is sent again.
        body: the JSON that is signed.

    Raises:
        SendingRefused: the endpoint will never take it, or may not be sent anything.
        SendingFailed: it did not take it now.
    """
    timestamp, seconds = int(utc_now().timestamp()), settings.webhook_timeout_seconds
    try:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Sluice-Webhooks/1",
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(secret, message_id, timestamp, body),
        }
        url = refuse_forbidden_target(address, settings)
        # The whole of it, from looking the name up to the last byte of the answer.
        async with asyncio.timeout(seconds):
            addresses = await resolve_target(url, settings)
            await _post(client, url, addresses, headers, body)
    except TargetForbidden as error:
        raise SendingRefused(f"The endpoint may not be sent anything: {error}") from error
    except binascii.Error as error:
        raise SendingRefused("The endpoint's secret is damaged: give the endpoint a new one") from error
    except (TimeoutError, httpx.TimeoutException) as error:
        raise SendingFailed(f"{address} did not answer within {seconds:g} seconds") from error
    except (httpx.HTTPError, OSError) as error:
        raise SendingFailed(f"{address} could not be reached: {error or type(error).__name__}") from error


async def _post(
    client: httpx.AsyncClient,
    url: httpx.URL,
    addresses: list[str],
    headers: Mapping[str, str],
    body: bytes,
) -> None:
    """Post to the first of the addresses that can be connected to."""
    for address in addresses:
        # The name is for the certificate and the Host header alone: it is not looked up again.
        request = client.build_request(
            "POST",
            url.copy_with(host=address, fragment=None),
            content=body,
            headers={**headers, "Host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        )
        try:
            answer = await client.send(request, stream=True)
        except httpx.ConnectError:
            if address == addresses[-1]:
                raise
            continue
        try:
            await _judge(url, answer)
        finally:
            await answer.aclose()
        return


async def _judge(url: httpx.URL, answer: httpx.Response) -> None:
    if answer.is_success:
        return
    words = await _read(answer)
    problem = f"{url} answered {answer.status_code}" + (f": {words}" if words else "")
    if answer.is_client_error and answer.status_code not in _WORTH_REPEATING:
        raise SendingRefused(problem)
    raise SendingFailed(problem, retry_after=read_retry_after(answer.headers.get("retry-after"), utc_now()))


async def _read(answer: httpx.Response) -> str:
    """Read the beginning of an answer; whoever sends without end is not listened to."""
    content = b""
    async for part in answer.aiter_raw(8192):
        content += part
        if len(content) >= MOST_READ_BYTES:
            break
    return content[:MOST_READ_BYTES].decode("utf-8", "replace")


def read_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Read how long the endpoint wants to be left alone, an hour at the most."""
    if value is None:
        return None
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:9])), LONGEST_RETRY_AFTER)
    try:
        wanted = parsedate_to_datetime(value)
    except ValueError:
        return None
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    return min(max(wanted - now, timedelta()), LONGEST_RETRY_AFTER)
