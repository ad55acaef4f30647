"""Local accounts: signing in, renewing, and the accounts that the command line makes."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from api.identity import repository
from api.identity.attempts import FailedAttempts
from api.identity.enums import UserType
from api.identity.models import RefreshToken, Role, RoleUser, UserAccount
from api.identity.passwords import hash_password, verify_password
from api.identity.schemas import Credentials, TokenPair
from api.identity.tokens import TokenVerifier, issue_access_token, issue_refresh_token
from api.kit.clock import utc_now
from api.kit.db import Session
from api.kit.errors import DuplicateError, TokenInvalidError, UnauthenticatedError
from api.settings import ApiSettings


async def sign_in(
    session: Session,
    settings: ApiSettings,
    attempts: FailedAttempts,
    credentials: Credentials,
    *,
    address: str,
) -> TokenPair:
    attempts.check(credentials.username, address)
    account = await repository.find_account(session, credentials.username)
    is_right = await verify_password(
        credentials.password.get_secret_value(), account.password_hash if account else None
    )
    if account is None or not is_right or not account.is_active:
        attempts.add(credentials.username, address)
        message = "The user name or the password is wrong"
        raise UnauthenticatedError(message, code="invalid_credentials")
    attempts.forget(credentials.username, address)
    return await _issue_pair(session, settings, account, family=uuid4().hex)


async def renew(
    session: Session, settings: ApiSettings, verifier: TokenVerifier, refresh_token: str
) -> TokenPair | None:
    """Exchange a refresh token for a new pair; None when it must be refused.

    A token used twice has been stolen by one of its two users: its whole family is revoked, and that
    must be committed, so the refusal is an answer and not an exception.
    """
    claims = verifier.claims(refresh_token, token_type="refresh")  # noqa: S106 - a kind of token
    found = await repository.find_refresh_token(session, str(claims.get("jti")))
    if found is None:
        raise TokenInvalidError
    token, account = found
    now = utc_now()
    if token.revoked_at is not None or not account.is_active:
        await repository.revoke_family(session, token.family, now)
        return None
    token.revoked_at = now
    return await _issue_pair(session, settings, account, family=token.family)


async def _issue_pair(
    session: Session, settings: ApiSettings, account: UserAccount, *, family: str
) -> TokenPair:
    lifetime = timedelta(minutes=settings.access_token_minutes)
    refresh_lifetime = timedelta(days=settings.refresh_token_days)
    is_staff = account.user_type == UserType.STAFF
    roles = await repository.list_active_roles(session, account.user_id) if is_staff else []
    jti = uuid4().hex
    session.add(
        RefreshToken(
            jti=jti, account_id=account.account_id, family=family, expires_at=utc_now() + refresh_lifetime
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
