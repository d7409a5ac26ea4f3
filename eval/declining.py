"""How well a run declines, and how well its confidence tells right from wrong; numbers of a whole run, no charts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """The cases of one stretch of confidence: their mean confidence, the share of them that is right, how many."""

    confidence: float
    right: float
    count: int


def precision_recall(declined: Flags, answerable: Flags) -> tuple[float | None, float | None]:
    """Of the declined the share that is unanswerable, and of the unanswerable the share that was declined.

    Both arguments have shape (cases,). None where there is nothing to take a share of.
    """
    _check_lengths(declined, answerable)
    return _share(~answerable, of=declined), _share(declined, of=~answerable)


def _share(flags: Flags, of: Flags) -> float | None:
    return float(flags[of].mean()) if of.any() else None


def risk_coverage(confidence: Floats, right: Flags) -> tuple[Floats, Floats]:
    """The risk-coverage curve: answer the most confident cases only, and see what share of these is wrong.

    `confidence` and `right` have shape (cases,), `right` for the answer that is given if nothing is declined. Returns
    the coverage (share answered) and the selective risk (share wrong of those answered), each of shape
    (different confidences,), from the highest confidence to coverage 1: no threshold parts cases of one confidence.
    El-Yaniv & Wiener, "On the foundations of noise-free selective classification" (2010); Geifman & El-Yaniv,
    "Selective classification for deep neural networks" (2017).
    """
    answered, wrong = _steps(confidence, right)
    return answered / len(confidence), wrong / answered


def area_under_risk_coverage(confidence: Floats, right: Flags) -> float:
    """AURC: the mean of the selective risk over the coverages 1/n, 2/n, .. 1; lower is better.

    `confidence` and `right` have shape (cases,). Where a coverage lies within cases of one confidence, its risk is the
    one to be expected when chance says which of them are answered: the mean over all orders of these cases, so that
    their order makes no difference, and adding noise to tell them apart gains nothing. Geifman, Uziel & El-Yaniv,
    "Bias-reduced uncertainty estimation for deep neural classifiers" (2019). Raises `ValueError` if there is no case.
    """
    _check_some(confidence)
    answered, wrong = _steps(confidence, right)
    every = np.arange(1, len(confidence) + 1)
    # Among cases of one confidence the expected number of wrong ones grows evenly.
    return float(np.mean(np.interp(every, [0, *answered], [0, *wrong]) / every))


def auroc(confidence: Floats, right: Flags) -> float | None:
    """How often a right case has a higher confidence than a wrong one, taken over all such pairs; ties count half.

    `confidence` and `right` have shape (cases,). 0.5 is chance; None if all cases are right, or none is. It is Mann and
    Whitney's U over the number of pairs (Hanley & McNeil, "The meaning and use of the area under a receiver operating
    characteristic curve", 1982), a hundred times faster than scikit-learn's, which intervals by resampling need.
    """
    _check_lengths(confidence, right)
    levels, places = np.unique(confidence, return_inverse=True)
    rights = np.bincount(places[right], minlength=len(levels))
    wrongs = np.bincount(places[~right], minlength=len(levels))
    less_sure = np.cumsum(wrongs) - wrongs / 2
    pairs = int(rights.sum()) * int(wrongs.sum())
    return float(rights @ less_sure) / pairs if pairs else None


def calibration(confidence: Floats, right: Flags, bins: int = 10) -> list[Bin]:
    """The reliability diagram: cases by confidence in `bins` stretches of equal width over 0..1; empty ones left out.

    `confidence` and `right` have shape (cases,). A stretch holds its upper end but not its lower one, save that 0
    belongs to the first. Guo et al., "On calibration of modern neural networks" (2017). Raises `ValueError` for
    confidences outside 0..1.
    """
    _check_lengths(confidence, right)
    if len(confidence) and not (confidence.min() >= 0 and confidence.max() <= 1):
        raise ValueError(f"a confidence lies in 0..1, got {confidence.min()} to {confidence.max()}")
    places = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], confidence)
    members = [places == place for place in range(bins)]
    return [
        Bin(float(confidence[these].mean()), float(right[these].mean()), int(these.sum()))
        for these in members
        if these.any()
    ]


def expected_calibration_error(confidence: Floats, right: Flags, bins: int = 10) -> float:
    """ECE: how far mean confidence and share right lie apart in a bin of `calibration`, averaged over the cases.

    `confidence` and `right` have shape (cases,). Naeini et al., "Obtaining well calibrated probabilities using Bayesian
    binning" (2015); Guo et al. (2017). Raises `ValueError` for confidences outside 0..1, or if there is no case.
    """
    _check_some(confidence)
    apart = [one.count * abs(one.confidence - one.right) for one in calibration(confidence, right, bins)]
    return sum(apart) / len(confidence)


def _steps(confidence: Floats, right: Flags) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each different confidence, highest first: how many cases have it or a higher one, and how many are wrong."""
    _check_lengths(confidence, right)
    order = np.argsort(-confidence)
    last_of_its_confidence = np.append(np.diff(confidence[order]) != 0, True)[: len(order)]
    answered = np.arange(1, len(order) + 1)
    wrong = np.cumsum(~right[order])
    return answered[last_of_its_confidence], wrong[last_of_its_confidence]


def _check_lengths(one: NDArray[np.generic], other: NDArray[np.generic]) -> None:
    if one.ndim != 1 or one.shape != other.shape:
        raise ValueError(f"give both a value for every case, got the shapes {one.shape} and {other.shape}")


def _check_some(confidence: Floats) -> None:
    if not len(confidence):
        raise ValueError("there is no case to measure; give one or more")
