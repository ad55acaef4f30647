"""Random numbers one at a time, drawn in blocks: a generator's single draws cost more than their use."""

from collections.abc import Iterator, Sequence
from math import exp
from typing import TypeVar

import numpy as np

_BLOCK = 65_536
Item = TypeVar("Item")


class Draws:
    def __init__(self, random: np.random.Generator) -> None:
        self._uniforms = _blocks(random, "random")
        self._normals = _blocks(random, "standard_normal")

    def chance(self, probability: float) -> bool:
        return next(self._uniforms) < probability

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * next(self._uniforms)

    def lognormal(self, median: float, sigma: float) -> float:
        return float(median * exp(sigma * next(self._normals)))

    def one_of(self, items: Sequence[Item]) -> Item:
        return items[int(next(self._uniforms) * len(items))]

    def weighted(self, items: Sequence[Item], cumulative: Sequence[float]) -> Item:
        """One of the items, by cumulative shares that end at 1."""
        drawn = next(self._uniforms)
        for item, bound in zip(items, cumulative, strict=True):
            if drawn < bound:
                return item
        return items[-1]


def _blocks(random: np.random.Generator, kind: str) -> Iterator[float]:
    while True:
        yield from getattr(random, kind)(_BLOCK).tolist()
