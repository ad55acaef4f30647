"""Errors of a forecast, defined once for every model."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PointErrors:
    """Errors of a set of forecasts; `wape` and `mase` are None where their denominator is zero."""

    mae: float
    rmse: float
    wape: float | None
    mase: float | None


def point_errors(actual: FloatArray, predicted: FloatArray, *, scale: float | None) -> PointErrors:
    """Measure `predicted` against `actual`, pooled over all their elements.

    Args:
        actual: What happened.
        predicted: What was forecast, of the same shape.
        scale: Error of the naive forecast in the training data, from `naive_scale`.
    """
    errors = np.abs(actual - predicted)
    mae = float(errors.mean())
    volume = float(np.abs(actual).sum())
    return PointErrors(
        mae=mae,
        rmse=float(np.sqrt(np.mean(errors**2))),
        wape=float(errors.sum()) / volume if volume > 0 else None,
        mase=mae / scale if scale else None,
    )


def naive_scale(values: FloatArray, *, season: int = 7) -> float | None:
    """Mean absolute change from one season to the next; None where nothing ever changes."""
    if len(values) <= season:
        return None
    scale = float(np.abs(values[season:] - values[:-season]).mean())
    return scale if scale > 0 else None
