"""What can go wrong between a page and the API, in words a manager can act on.

DashboardError
├── ApiUnavailableError      no answer, or one that is not the API's
├── NothingPublishedError    the API answers, the pipeline has not published yet
├── SignInRefusedError       wrong name or password, or too many attempts
├── SessionEndedError        the token expired or was revoked: sign in again
├── NotPermittedError        signed in, but the role is missing
└── RequestRefusedError      the API names what it does not accept
"""


class DashboardError(Exception):
    """Its text is one sentence, shown to the reader as it stands."""


class ApiUnavailableError(DashboardError):
    pass


class NothingPublishedError(DashboardError):
    pass


class SignInRefusedError(DashboardError):
    pass


class SessionEndedError(DashboardError):
    pass


class NotPermittedError(DashboardError):
    pass


class RequestRefusedError(DashboardError):
    pass
