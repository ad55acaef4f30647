from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from api.identity.passwords import SHORTEST_PASSWORD
from api.kit.schemas import RequestModel


def _strip(value: str) -> str:
    return value.strip()


class SecretModel(RequestModel):
    """Base of bodies with passwords, in which every space counts."""

    model_config = ConfigDict(str_strip_whitespace=False)


class Credentials(SecretModel):
    username: Annotated[str, AfterValidator(_strip)] = Field(min_length=1, max_length=150)
    password: SecretStr = Field(min_length=1, max_length=1024)
    cookie: bool = False


class RefreshRequest(RequestModel):
    refresh_token: str = Field(min_length=1, max_length=8192)
    cookie: bool = False


class PasswordChange(SecretModel):
    current_password: SecretStr = Field(min_length=1, max_length=1024)
    new_password: SecretStr = Field(min_length=SHORTEST_PASSWORD, max_length=1024)


class TokenPair(BaseModel):
    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int
