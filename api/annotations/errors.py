from api.kit.errors import NotFoundError


class AnnotationNotFoundError(NotFoundError):
    error = "Annotation not found"
