from typing import Annotated, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import AfterValidator, BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from api.insights.answers.known import DESCRIPTION, KNOWN_ON

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
    known_on: Annotated[str, Field(max_length=40, description=DESCRIPTION)] | None = None

    @model_validator(mode="after")
    def ask_of_one_publication(self) -> Self:
        """Ask the path itself for the publication, as its reader would."""
        if self.known_on is None:
            return self
        if KNOWN_ON in parse_qs(urlsplit(self.path).query, keep_blank_values=True):
            raise PydanticCustomError(KNOWN_ON, "known_on is in the path already: give it once")
        joint = "&" if "?" in self.path else "?"
        self.path = f"{self.path}{joint}{urlencode({KNOWN_ON: self.known_on})}"
        return self
