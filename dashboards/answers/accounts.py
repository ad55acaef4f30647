from dashboards.answers.base import Answer


class Tokens(Answer):
    access_token: str
    refresh_token: str | None
