from api.insights.answers.replay import Replayed
from api.kit.errors import ApiError


class RefusedError(ApiError):
    """An address refused within a proof, told as it would be told by itself."""

    def __init__(self, refused: Replayed) -> None:
        body = refused.body
        super().__init__(body["error"], code=body["code"], details=body["details"])
        # The status is that of the refusal, not of a class of refusals.
        self.status_code = refused.status  # type: ignore[misc]
