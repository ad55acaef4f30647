"""Every refusal the services can answer with, each with its status and its stable code."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel

Details = dict[str, list[str]]
MAX_BODY_BYTES = 1_048_576


class ErrorBody(BaseModel):
    """What every answer of 400 and above looks like."""

    error: str
    details: Details
    code: str
    request_id: str


class ApiError(Exception):
    """A refusal told to the caller; its sentence never carries the text of another exception."""

    status_code: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    error: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        error: str | None = None,
        *,
        code: str | None = None,
        details: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.sentence = error or type(self).error
        self.reason = code or type(self).code
        self.details: Details = {field: list(messages) for field, messages in (details or {}).items()}
        self.headers = dict(headers or {})
        super().__init__(self.sentence)


class ValidationFailedError(ApiError):
    status_code = 400
    code = "validation_failed"
    error = "Validation failed"

    @classmethod
    def of(cls, field: str, message: str, *, code: str | None = None) -> "ValidationFailedError":
        return cls(code=code, details={field: [message]})


class UnauthenticatedError(ApiError):
    status_code = 401
    code = "unauthenticated"
    error = "Authentication required"

    def __init__(self, error: str | None = None, *, code: str | None = None) -> None:
        super().__init__(error, code=code, headers={"WWW-Authenticate": "Bearer"})


class TokenExpiredError(UnauthenticatedError):
    code = "token_expired"
    error = "Token expired"


class TokenInvalidError(UnauthenticatedError):
    code = "token_invalid"
    error = "Invalid token"


class ForbiddenError(ApiError):
    status_code = 403
    code = "forbidden"
    error = "Insufficient permissions"


class NotFoundError(ApiError):
    status_code = 404
    code = "not_found"
    error = "Not found"


class PageOutOfRangeError(NotFoundError):
    code = "page_out_of_range"


class MethodNotAllowedError(ApiError):
    status_code = 405
    code = "method_not_allowed"
    error = "Method Not Allowed"

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__(headers={"Allow": ", ".join(allowed)})


class ConflictError(ApiError):
    status_code = 409
    code = "conflict"
    error = "The request conflicts with the present state"


class DuplicateError(ConflictError):
    code = "duplicate"
    error = "The same value is already in use"


class InvalidStateError(ConflictError):
    code = "invalid_state"


class VersionConflictError(ConflictError):
    code = "version_conflict"
    error = "It was changed by someone else meanwhile: read it again and repeat the change"


class IdempotencyConflictError(ConflictError):
    code = "idempotency_conflict"
    error = "This Idempotency-Key was already used with another request: use a new key"


class BodyTooLargeError(ApiError):
    status_code = 413
    code = "body_too_large"
    error = f"The body is larger than {MAX_BODY_BYTES} bytes: send less"


class TooManyRequestsError(ApiError):
    status_code = 429
    code = "too_many_requests"
    error = "Too many attempts"

    def __init__(self, *, retry_after_seconds: int) -> None:
        super().__init__(
            f"Too many attempts: try again in {retry_after_seconds} seconds",
            headers={"Retry-After": str(retry_after_seconds)},
        )


class UnavailableError(ApiError):
    status_code = 503
    code = "unavailable"
    error = "A service this request needs cannot be reached: try again shortly"

    def __init__(self, error: str | None = None) -> None:
        super().__init__(error, headers={"Retry-After": "2"})


def responses(*errors: type[ApiError]) -> dict[int | str, dict[str, Any]]:
    """Declare the refusals of an endpoint for its documentation."""
    by_status: dict[int | str, dict[str, Any]] = {}
    declared: list[type[ApiError]] = [*errors, ValidationFailedError, UnauthenticatedError, ForbiddenError]
    for error in declared:
        by_status.setdefault(error.status_code, {"model": ErrorBody, "description": error.error})
    return by_status
