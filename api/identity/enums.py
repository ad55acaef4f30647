from enum import StrEnum


class UserType(StrEnum):
    """Staff work on tickets; employees submit them. Their ids live in separate spaces."""

    STAFF = "staff"
    EMPLOYEE = "employee"
