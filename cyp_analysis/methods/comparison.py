"""Comparison of areas with a benchmark or a goal.

The rules are those of the OHID public health profiles; methods.md in the documentation lists them.
Every rule gives a side, which is neutral: `highest higher similar lower lowest`, or `not_compared`
where a figure is missing. Polarity then turns the side into an outcome.
"""

import re
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import ArrayLike

from cyp_analysis.errors import UsageError
from cyp_analysis.methods.intervals import as_fraction, wilson_interval

SIDES = ("lowest", "lower", "similar", "higher", "highest")
OUTCOMES = {
    "high_is_good": ("worst", "worse", "similar", "better", "best"),
    "low_is_good": ("best", "better", "similar", "worse", "worst"),
    "no_judgement": SIDES,
}
NOT_COMPARED = "not_compared"
POLARITIES = tuple(OUTCOMES)
_LOW_IS_GOOD, _NO_JUDGEMENT = map(POLARITIES.index, ("low_is_good", "no_judgement"))
# A side is kept as its position in SIDES until it is shown; -1 stands for not compared.
_UNKNOWN, _LOWEST, _LOWER, _SIMILAR, _HIGHER, _HIGHEST = range(-1, 5)
_SIDE_WORDS = np.array([*SIDES, NOT_COMPARED])
_OUTCOME_WORDS = np.array([[*words, NOT_COMPARED] for words in OUTCOMES.values()])


# How publishers and other tools write it, once in lower case and without other signs.
_WRITTEN = {
    "high_is_good": ("high is good", "high good", "rag high is good"),
    "low_is_good": ("low is good", "low good", "rag low is good"),
    "no_judgement": ("no judgement", "none", "not applicable", "bob blue orange blue"),
}
_READ = {text: word for word, texts in _WRITTEN.items() for text in texts}


def check_polarity(polarity: ArrayLike) -> np.ndarray:
    """Polarity as the three words of this package; UsageError for one that is none of them.

    `RAG - High is good`, as the profiles write it, and the like are read too.
    """
    words = np.asarray(polarity, dtype=object)
    different = set(words.ravel().tolist())
    read = {word: _polarity_of(word) for word in different}
    if unknown := {str(word) for word, known in read.items() if known is None}:
        raise UsageError(
            thing="polarity",
            rule=f"one of {', '.join(OUTCOMES)}",
            got=", ".join(sorted(unknown)),
            action="Say whether a high value is good, a low one, or neither.",
        )
    if different <= set(OUTCOMES):
        return words.astype(str)
    return np.array([read[word] for word in words.ravel()], dtype=str).reshape(words.shape)


def _polarity_of(word: object) -> str | None:
    """The polarity that a text stands for; None where it is no polarity, or no text."""
    return (
        _READ.get(" ".join(re.findall("[a-z]+", word.lower()))) if isinstance(word, str) else None
    )


def is_polarity(word: object) -> bool:
    """Whether a text is a polarity as `check_polarity` reads them."""
    return _polarity_of(word) is not None


def polarity_codes(polarity: ArrayLike) -> np.ndarray:
    """Positions in POLARITIES of polarity words; UsageError for a word that is none of them."""
    words = check_polarity(polarity)
    return np.select([words == word for word in POLARITIES], range(len(POLARITIES))).astype(np.int8)


def outcome_words(side: ArrayLike, polarity: ArrayLike) -> np.ndarray:
    """The judged word for each side: better and worse with a polarity, else the side itself."""
    side = np.asarray(side, dtype=str)
    codes = np.select([side == word for word in SIDES], range(len(SIDES)), _UNKNOWN)
    return _OUTCOME_WORDS[np.broadcast_arrays(polarity_codes(polarity), codes)[0], codes]


def _side(above: np.ndarray, below: np.ndarray, *figures: np.ndarray) -> np.ndarray:
    """Higher where above, lower where below, similar between, unless a figure is missing."""
    side = np.full(np.broadcast_shapes(*(figure.shape for figure in figures)), _SIMILAR, np.int8)
    side[np.broadcast_to(below, side.shape)] = _LOWER
    side[np.broadcast_to(above, side.shape)] = _HIGHER
    for figure in figures:
        side[np.broadcast_to(np.isnan(figure), side.shape)] = _UNKNOWN
    return side


def _overlap(value, lower, upper, benchmark):
    """Similar if the benchmark value lies inside the 95% interval, ends included."""
    outside = (benchmark < lower) | (benchmark > upper)
    above, below = outside & (value > benchmark), outside & (value < benchmark)
    return _side(above, below, value, lower, upper, benchmark)


def _overlap_two_levels(value, lower, upper, benchmark, *, lower_998, upper_998):
    """As the 95% rule, and beyond the 99.8% interval too: highest or lowest."""
    side = _overlap(value, lower, upper, benchmark)
    beyond = (benchmark < lower_998) | (benchmark > upper_998)
    side[beyond & (side == _HIGHER)] = _HIGHEST
    side[beyond & (side == _LOWER)] = _LOWEST
    side[np.isnan(lower_998) | np.isnan(upper_998)] = _UNKNOWN
    return side


def _double_overlap(value, lower, upper, benchmark, *, benchmark_lower, benchmark_upper):
    """Similar if the two intervals touch or overlap; stricter than a two-sample test."""
    apart = (lower > benchmark_upper) | (upper < benchmark_lower)
    figures = (value, lower, upper, benchmark, benchmark_lower, benchmark_upper)
    return _side(apart & (value > benchmark), apart & (value < benchmark), *figures)


def _control_proportion(value, denominator, benchmark, per, confidence):
    """Value strictly outside Wilson limits put round the benchmark, with the area's denominator."""
    limits = wilson_interval(benchmark / per * denominator, denominator, confidence)
    lower, upper = (per * limit for limit in limits)
    return _side(value > upper, value < lower, value, lower, upper)


def _control_rate(value, denominator, benchmark, per, confidence):
    """Value strictly outside exact Poisson limits of the events that the benchmark rate expects."""
    from scipy.special import gammainccinv, gammaincinv

    tail = (1 - as_fraction(confidence)) / 2
    usable = (denominator > 0) & (benchmark >= 0)
    denominator = np.where(usable, denominator, np.nan)
    expected = benchmark / per * denominator
    # Up to a whole event for the lower limit, down for the upper, as the profiles do.
    lower = np.where(expected == 0, 0.0, gammaincinv(np.ceil(expected), tail)) / denominator * per
    upper = gammainccinv(np.floor(expected) + 1, tail) / denominator * per
    return _side(value > upper, value < lower, value, lower, upper)


def _goal(value, goal, polarity):
    """No interval: at the goal or on its good side, or not."""
    above = np.where(polarity == _LOW_IS_GOOD, value > goal, value >= goal)
    return _side(above, ~above, value, goal)


def _goal_of_last_year(value, goal):
    """Below last year's benchmark is worse whatever the polarity, as the profiles have it."""
    return _side(value >= goal, value < goal, value, goal)


def _goal_interval(lower, upper, goal, polarity):
    """Similar while the interval holds the goal; a lower limit on the goal counts as above it."""
    return _side(lower >= goal, upper < goal, lower, upper, goal)


def _goal_range(value, goal_lower, goal_upper, polarity):
    """Similar inside the range; a value on the upper end counts as above it."""
    return _side(value >= goal_upper, value < goal_lower, value, goal_lower, goal_upper)


_LIMITS = ("value", "lower", "upper", "benchmark")
_CONTROL = ("value", "denominator", "benchmark", "per", "confidence")
METHODS: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "ci_overlap_95": (_overlap, _LIMITS),
    "ci_overlap_95_998": (_overlap_two_levels, (*_LIMITS, "lower_998", "upper_998")),
    "ci_double_overlap_95": (_double_overlap, (*_LIMITS, "benchmark_lower", "benchmark_upper")),
    "spc_proportion": (_control_proportion, _CONTROL),
    "spc_rate": (_control_rate, _CONTROL),
    "goal_single": (_goal, ("value", "goal", "polarity")),
    "goal_single_ci": (_goal_interval, ("lower", "upper", "goal", "polarity")),
    "goal_range": (_goal_range, ("value", "goal_lower", "goal_upper", "polarity")),
    "goal_last_year": (_goal_of_last_year, ("value", "goal")),
}


NEED_POLARITY = tuple(name for name, (_, needed) in METHODS.items() if "polarity" in needed)


def needed_figures(method: str) -> tuple[str, ...]:
    """The figures that a comparison method needs; UsageError for an unknown method."""
    if method not in METHODS:
        raise UsageError(
            thing="method",
            rule=f"one of {', '.join(METHODS)}",
            got=method,
            action="Choose a comparison method from the list.",
        )
    return tuple(name for name in METHODS[method][1] if name != "polarity")


def check_figures(method: str, given: Iterable[str]) -> None:
    """UsageError unless exactly the figures that the method needs are given."""
    check_given(method, needed_figures(method), given)


_OF_THE_ROW = ("value", "lower", "upper", "lower_998", "upper_998", "denominator")


def check_given(method: str, needed: Iterable[str], given: Iterable[str]) -> None:
    """UsageError unless the figures given are those needed.

    What describes the row itself may be given beside them; a goal that would not be read may not.
    """
    if not set(needed) <= set(given) <= {*needed, *_OF_THE_ROW}:
        raise UsageError(
            thing=f"comparison method {method}",
            rule=f"needs {', '.join(needed)} and no others",
            got=", ".join(sorted(given)) or "nothing",
            action="Name these figures, or choose another method.",
        )


def compare(
    method: str, polarity: ArrayLike = "no_judgement", **figures: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Side and outcome of each area by one of METHODS, which names the figures it needs.

    Figures are arrays that broadcast, in one unit; `per` is that unit (100 for percentages) and
    `confidence` a single level. A missing figure, or a goal without a polarity: `not_compared`.
    """
    codes = polarity_codes(polarity)
    side, judged = compared_codes(method, codes, **figures)
    return _SIDE_WORDS[side], _OUTCOME_WORDS[judged, side]


def compared_codes(
    method: str, polarity: np.ndarray, **figures: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """As `compare`, in positions: of the side in SIDES (-1: not compared), and of the polarity
    that judges it in POLARITIES."""
    check_figures(method, figures)
    rule, needed = METHODS[method]
    confidence = figures.pop("confidence", None)
    figures = {name: figure for name, figure in figures.items() if name in needed}
    arrays = np.broadcast_arrays(polarity, *(np.asarray(f, dtype=float) for f in figures.values()))
    inputs = dict(zip(("polarity", *figures), arrays, strict=True), confidence=confidence)
    side = rule(**{name: inputs[name] for name in needed})
    if "polarity" in needed:
        side = np.where(arrays[0] == _NO_JUDGEMENT, np.int8(_UNKNOWN), side)
    # Last year's goal is judged whatever the polarity.
    judged = np.zeros_like(arrays[0]) if method == "goal_last_year" else arrays[0]
    return side, judged
