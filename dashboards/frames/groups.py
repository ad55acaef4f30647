from collections.abc import Iterable, Sequence

import pandas as pd

from dashboards.answers.base import Answer


def group_table(rows: Sequence[Answer], fields: Iterable[str], keys: Iterable[str] = ()) -> pd.DataFrame:
    """One row per row of an answer's list, with the fields shown first and then those that pick a row."""
    columns = list(dict.fromkeys((*fields, *keys)))
    return pd.DataFrame([row.model_dump() for row in rows], columns=columns)
