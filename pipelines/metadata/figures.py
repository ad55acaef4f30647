"""Figures of models as metadata: plain numbers, which Dagster plots from run to run."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pipelines.metadata.facts import Metadata

if TYPE_CHECKING:
    from ml.forecast import Forecast


def numbers(figures: Mapping[str, Any], *, prefix: str) -> Metadata:
    """The finite numbers among the figures and the mappings in them, under names that begin so."""
    found: Metadata = {}
    for name, value in figures.items():
        if isinstance(value, Mapping):
            found |= numbers(value, prefix=f"{prefix}_{name}")
        elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            found[f"{prefix}_{name}"] = value
    return found


def forecast_figures(forecast: "Forecast", *, prefix: str) -> Metadata:
    """What is served of a series, how wrong it has been, and how often its bands held."""
    flat = {name: value for name, value in forecast.quality.items() if not isinstance(value, Mapping)}
    held = {
        f"coverage_{float(level) * 100:.0f}": share
        for level, share in forecast.quality.get("coverage", {}).items()
    }
    return {f"{prefix}_champion": forecast.champion, **numbers({**flat, **held}, prefix=prefix)}
