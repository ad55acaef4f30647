"""Local accounts: signing in and out, renewing, and the accounts that the command line makes."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from api.identity import repository
from api.identity.attempts import SignInAttempts
from api.identity.enums import UserType
from api.identity.models import RefreshToken, Role, RoleUser, UserAccount, UserSession
from api.identity.passwords import hash_password, renew_hash, verify_password
from api.identity.principal import Principal
from api.identity.schemas import Credentials, PasswordChange, TokenPair
from api.identity.tokens import issue_access_token, issue_refresh_token
from api.identity.verification import TokenVerifier
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.errors import (
    DuplicateError,
    InvalidStateError,
    NotFoundError,
    TokenInvalidError,
    UnauthenticatedError,
    ValidationFailedError,
)
from api.kit.logs import log
from api.settings import ApiSettings


async def sign_in(
    session: Session,
    settings: ApiSettings,
    attempts: SignInAttempts,
    credentials: Credentials,
    *,
    address: str,
) -> TokenPair:
    username, password = credentials.username, credentials.password.get_secret_value()
    await attempts.count(username, address)
    async with attempts.turn:
        account = await repository.find_account(session, username)
        is_right = await verify_password(password, account.password_hash if account else None)
        if account is None or not is_right or not account.is_active:
            message = "The user name or the password is wrong"
            raise UnauthenticatedError(message, code="invalid_credentials")
        account.password_hash = await renew_hash(password, account.password_hash)
    await attempts.forgive(username, address)
    begun = UserSession(session_id=uuid4().hex, account_id=account.account_id)
    session.add(begun)
    await session.flush()
    return await _issue_pair(session, settings, account, begun.session_id)


async def renew(
    session: Session, settings: ApiSettings, verifier: TokenVerifier, refresh_token: str
) -> TokenPair | None:
    """Exchange a refresh token for a new pair; None when it must be refused.

    A token used twice has been stolen by one of its two users: the session ends for both, and that
    must be committed, so the refusal is an answer and not an exception.
    """
    claims = verifier.claims(refresh_token, token_type="refresh")  # noqa: S106 - a kind of token
    found = await repository.find_refresh_token(session, str(claims.get("jti")))
    if found is None:
        raise TokenInvalidError
    token, begun, account = found
    now = utc_now()
    if token.revoked_at is not None or begun.ended_at is not None or not account.is_active:
        if begun.ended_at is None:
            log.warning("session_ended_by_reuse", user_id=account.user_id, user_type=account.user_type)
        await repository.end_session(session, begun.session_id, now)
        return None
    token.revoked_at = now
    return await _issue_pair(session, settings, account, begun.session_id)


async def sign_out(session: Session, principal: Principal) -> None:
    """End the session of the caller's token; a token that no session stands behind just expires."""
    if principal.session_id is not None:
        await repository.end_session(session, principal.session_id, utc_now())


async def change_password(
    session: Session, attempts: SignInAttempts, principal: Principal, change: PasswordChange, *, address: str
) -> None:
    """Set a new password and end the other sessions of the account: a thief's may be among them.

    Raises:
        InvalidStateError: the caller has no password here.
        ValidationFailedError: the current password is wrong, or the new one is not new.
        TooManyRequestsError: the current password was wrong too often.
    """
    account = await repository.find_person(session, principal.user_type, principal.user_id)
    if account is None or account.password_hash is None:
        message = "You sign in elsewhere and have no password here: change it where you sign in"
        raise InvalidStateError(message)
    new_password = change.new_password.get_secret_value()
    if new_password == change.current_password.get_secret_value():
        message = "The new password is the current one: choose another"
        raise ValidationFailedError.of("new_password", message)
    await attempts.count(account.username, address)
    async with attempts.turn:
        if not await verify_password(change.current_password.get_secret_value(), account.password_hash):
            message = "The current password is wrong: give the one you signed in with"
            raise ValidationFailedError.of("current_password", message)
        account.password_hash = await asyncio.to_thread(hash_password, new_password)
    await attempts.forgive(account.username, address)
    await repository.end_other_sessions(session, account.account_id, principal.session_id, utc_now())


async def _issue_pair(
    session: Session, settings: ApiSettings, account: UserAccount, session_id: str
) -> TokenPair:
    lifetime = timedelta(minutes=settings.access_token_minutes)
    refresh_lifetime = timedelta(days=settings.refresh_token_days)
    is_staff = account.user_type == UserType.STAFF
    roles = await repository.list_active_roles(session, account.user_id) if is_staff else []
    jti = uuid4().hex
    session.add(
        RefreshToken(
            jti=jti,
            account_id=account.account_id,
            family=session_id,
            expires_at=utc_now() + refresh_lifetime,
        )
    )
    await session.flush()
    return TokenPair(
        access_token=issue_access_token(
            settings,
            user_id=account.user_id,
            user_type=account.user_type,
            username=account.username,
            full_name=account.full_name,
            email=account.email,
            department=account.department,
            roles=roles,
            lifetime=lifetime,
            session_id=session_id,
        ),
        refresh_token=issue_refresh_token(
            settings, jti=jti, user_id=account.user_id, lifetime=refresh_lifetime
        ),
        token_type="Bearer",  # noqa: S106 - the scheme's name
        expires_in=int(lifetime.total_seconds()),
    )


async def create_account(
    session: Session,
    *,
    username: str,
    password: str,
    full_name: str,
    user_type: UserType = UserType.STAFF,
    user_id: int | None = None,
    email: str | None = None,
    department: str | None = None,
    roles: Sequence[tuple[str, str]] = (),
) -> UserAccount:
    """Make an account that can sign in, and its memberships of (system, role) pairs.

    Raises:
        DuplicateError: the user name is taken.
    """
    if await repository.find_account(session, username) is not None:
        message = f"The user name {username!r} is taken: choose another"
        raise DuplicateError(message)
    account = UserAccount(
        user_type=user_type,
        user_id=user_id or await repository.next_user_id(session, user_type),
        username=username,
        email=email,
        full_name=full_name,
        department=department,
        password_hash=hash_password(password),
    )
    session.add(account)
    for system, name in roles:
        await _join_role(session, account, system, name)
    await session.flush()
    return account


async def switch_account(session: Session, username: str, *, is_active: bool) -> UserAccount:
    """Let an account sign in or not; one switched off loses its sessions, and its tokens with them.

    Raises:
        NotFoundError: there is no such account.
    """
    account = await _get_account(session, username)
    account.is_active = is_active
    if not is_active:
        await repository.end_other_sessions(session, account.account_id, None, utc_now())
    return account


async def reset_password(session: Session, username: str, password: str) -> None:
    """Set a password without knowing the old one, and end all sessions of the account.

    Raises:
        NotFoundError: there is no such account.
    """
    account = await _get_account(session, username)
    account.password_hash = hash_password(password)
    await repository.end_other_sessions(session, account.account_id, None, utc_now())


async def _get_account(session: Session, username: str) -> UserAccount:
    account = await repository.find_account(session, username)
    if account is None:
        message = f"No account has the user name {username!r}"
        raise NotFoundError(message)
    return account


async def _join_role(session: Session, account: UserAccount, system: str, name: str) -> None:
    role = await repository.find_role(session, system, name)
    if role is None:
        role = Role(name=name, system=system)
        session.add(role)
        await session.flush()
    if await repository.find_membership(session, role.role_id, account.user_id) is None:
        session.add(
            RoleUser(
                role_id=role.role_id,
                user_id=account.user_id,
                user_full_name=account.full_name,
                email=account.email,
                department=account.department,
            )
        )
