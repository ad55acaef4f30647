"""What can go wrong between a page and the API, in words a manager can act on.

DashboardError
├── ApiUnavailable      no answer, or one that is not the API's
├── NothingPublished    the API answers, the pipeline has not published yet
├── SignInRefused       wrong name or password, or too many attempts
├── SessionEnded        the token expired or was revoked: sign in again
├── NotPermitted        signed in, but the role is missing
└── RequestRefused      the API names what it does not accept
"""


class DashboardError(Exception):
    """Its text is one sentence, shown to the reader as it stands."""


class ApiUnavailable(DashboardError):
    pass


class NothingPublished(DashboardError):
    pass


class SignInRefused(DashboardError):
    pass


class SessionEnded(DashboardError):
    pass


class NotPermitted(DashboardError):
    pass


class RequestRefused(DashboardError):
    pass
