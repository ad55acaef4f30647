from api.kit.errors import NotFoundError


class AuditEventNotFoundError(NotFoundError):
    error = "Audit event not found"
