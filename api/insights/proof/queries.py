from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

PREFIX = "/analytics/"
ITSELF = "/analytics/proof/"


def answer_address(address: str) -> str:
    """An address of this service below `/analytics/`, with its path ending in a slash."""
    parts = urlsplit(address)
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    if parts.scheme or parts.netloc or not path.startswith(PREFIX) or path == ITSELF:
        raise PydanticCustomError(
            "path",
            "path must be that of an answer, from {prefix} on, with its query string; "
            "percent-encode it: /analytics/tickets/dashboard/%3Fdepartment=IT",
            {"prefix": PREFIX},
        )
    return f"{path}?{parts.query}" if parts.query else path


class ProofQuery(BaseModel):
    path: Annotated[str, Field(max_length=2000), AfterValidator(answer_address)]
    field: Annotated[str, Field(min_length=1, max_length=500)] | None = None
