from api.kit.errors import UnavailableError


class NotPublishedError(UnavailableError):
    code = "not_published"
    error = "Nothing has been published yet: run the pipeline, then ask again"
