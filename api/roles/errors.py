from api.kit.errors import DuplicateError, NotFoundError


class RoleNotFoundError(NotFoundError):
    error = "Role not found"


class RoleNameTakenError(DuplicateError):
    error = "Another role of this system has the name: choose another, or rename that role first"
