from api.kit.errors import NotFoundError


class UserNotFoundError(NotFoundError):
    error = "User not found"
