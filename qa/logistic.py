"""Logistic regression, the one kind of weighing here: a bias and a factor for each sign."""

import math
from collections.abc import Sequence
from typing import NamedTuple

# Probabilities of exactly 0 and 1 have no log odds.
_SUREST_MISTAKE = 1e-12


class Weights(NamedTuple):
    """What a fitted regression has learned."""

    bias: float
    factors: tuple[float, ...]

    def log_odds(self, signs: Sequence[float]) -> float:
        """The log odds for `signs`, as many as there are factors."""
        return self.bias + sum(factor * sign for factor, sign in zip(self.factors, signs, strict=True))


def logistic(x: float) -> float:
    """The logistic function, 1 / (1 + exp(-x)): log odds to a probability."""
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def log_odds(probability: float, surest: float = 1 - _SUREST_MISTAKE) -> float:
    """Its inverse, for probabilities of 0 and of `surest` or more a large number."""
    sure = min(max(probability, _SUREST_MISTAKE), surest)
    return math.log(sure / (1 - sure))
