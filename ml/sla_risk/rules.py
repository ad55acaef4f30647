"""The points of the contract's rules as of each event, which a model must tell more than."""

import numpy as np

from ml.events import EventLog
from ml.metrics import FloatArray

_PRIORITY_POINTS = {"Critical": 15.0, "High": 10.0}


def rule_score(log: EventLog) -> FloatArray:
    """0 to 100 per event of a log with `clock_hours`, `target_hours` and `priority`."""
    rows = log.rows
    left = (rows["target_hours"] - rows["clock_hours"]).to_numpy(dtype=np.float64)
    used = (rows["clock_hours"] / rows["target_hours"].where(rows["target_hours"] > 0)).to_numpy()
    age = (rows["at"] - rows["opened_at"]).dt.total_seconds().to_numpy() / 3600
    # A comparison with a target that is not known is false, so that it earns no point.
    time = np.select([left <= 0, left < 2, left < 4, used > 0.75], [40.0, 35.0, 25.0, 20.0], 0.0)  # noqa: PLR2004
    progress = np.select([used > 0.9, used > 0.75, used > 0.5], [30.0, 20.0, 10.0], 0.0)  # noqa: PLR2004
    waited = np.select([age > 72, age > 48, age > 24], [15.0, 10.0, 5.0], 0.0)  # noqa: PLR2004
    priority = rows["priority"].map(_PRIORITY_POINTS).fillna(0.0).to_numpy()
    points: FloatArray = np.minimum(time + progress + waited + priority, 100.0)
    return points
