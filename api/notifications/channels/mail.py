"""E-mail by way of one SMTP server."""

from email.message import EmailMessage
from http import HTTPStatus

import aiosmtplib

from api.notifications.channels.outcomes import SendingFailed, SendingRefused
from api.settings import ApiSettings

# From here on an answer of SMTP is final; below it the server asks to try again.
_PERMANENT = HTTPStatus.INTERNAL_SERVER_ERROR


async def send_mail(settings: ApiSettings, mail: EmailMessage) -> None:
    """Hand a mail to the server; when this returns, the server has taken it on.

    Raises:
        SendingRefused: the server will never take this mail, or never for this recipient.
        SendingFailed: it did not take it now.
    """
    host = f"{settings.smtp_host}:{settings.smtp_port}"
    recipient = str(mail["To"])
    password = settings.smtp_password
    client = aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username or None,
        password=password.get_secret_value() if password and settings.smtp_username else None,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
        timeout=settings.smtp_timeout_seconds,
    )
    try:
        async with client:
            await client.send_message(mail)
    except aiosmtplib.SMTPRecipientsRefused as error:
        code, words = error.recipients[0].code, error.recipients[0].message
        _refuse_or_fail(code, f"The mail server {host} refused {recipient} with {code}: {words}")
    except aiosmtplib.SMTPDataError as error:
        problem = f"The mail server {host} refused the mail to {recipient} with {error.code}: {error.message}"
        _refuse_or_fail(error.code, problem)
    except aiosmtplib.SMTPResponseException as error:
        # About us and not about this mail, such as a wrong password: somebody may put that right.
        raise SendingFailed(f"The mail server {host} answered {error.code}: {error.message}") from error
    except TimeoutError as error:
        problem = f"The mail server {host} did not answer within {settings.smtp_timeout_seconds:g} seconds"
        raise SendingFailed(problem) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise SendingFailed(f"The mail server {host} could not be used: {error}") from error


def _refuse_or_fail(code: int, problem: str) -> None:
    raise (SendingRefused if code >= _PERMANENT else SendingFailed)(problem)
