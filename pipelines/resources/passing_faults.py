"""Which faults pass by themselves, so that the same again may work: what dbt and psycopg say of them."""

import re
from collections.abc import Iterable

import dagster as dg

from pipelines.settings import PipelineSettings

# A server that restarts is back within a minute; a full disk or a lock may take longer.
FROM_THE_START = dg.RetryPolicy(
    max_retries=3,
    delay=PipelineSettings().pipeline_retry_seconds,
    backoff=dg.Backoff.EXPONENTIAL,
    jitter=dg.Jitter.PLUS_MINUS,
)

# In PostgreSQL's words and libpq's; a full disk may have been given room meanwhile.
_PASSING = re.compile(
    r"""
    server[ ]closed[ ]the[ ]connection
    | terminating[ ]connection
    | connection[ ](already[ ])?(is[ ])?(closed|lost)
    | connection[ ](to[ ]server[ ].*[ ])?(failed|refused|timed[ ]out)
    | could[ ]not[ ](connect|receive[ ]data|send[ ]data)
    | database[ ]system[ ]is[ ](starting[ ]up|shutting[ ]down|in[ ]recovery|not[ ]yet[ ]accepting)
    | too[ ]many[ ](connections|clients)
    | remaining[ ]connection[ ]slots
    | due[ ]to[ ]lock[ ]timeout
    | deadlock[ ]detected
    | could[ ]not[ ]serialize[ ]access
    | no[ ]space[ ]left[ ]on[ ]device
    | could[ ]not[ ](extend|write[ ]to)[ ](temporary[ ])?file
    """,
    re.IGNORECASE | re.VERBOSE,
)


def passes_by_itself(faults: Iterable[str]) -> bool:
    """Whether every one of the faults does; a failed check or a broken model never does."""
    told = list(faults)
    return bool(told) and all(_PASSING.search(fault) for fault in told)
