from dashboards.answers.base import Answer, Published


class User(Answer):
    """A person with what they were given; the name is absent where the reader may not know it."""

    user_id: int
    user_name: str | None
    roles: list[str]

    @property
    def label(self) -> str:
        return f"{self.user_name} ({self.user_id})" if self.user_name else str(self.user_id)


class Users(Published):
    total_users: int
    user_performance: list[User]
