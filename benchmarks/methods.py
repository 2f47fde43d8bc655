"""How long the statistics take, beside what they are compared with, measured in one run.

    .venv/bin/python benchmarks/methods.py

Prints a table of ratios; nothing here is a test. Times are medians of several runs after a first
one. PHStatsMethods is compared with where it is installed (`pip install PHStatsMethods` in an
environment of its own: it is under the GPL and this project does not depend on it).
"""

import statistics
import time
import tracemalloc
import warnings
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import pandas as pd

import cyp_analysis as cyp

MILLION = 1_000_000


def areas(rows: int, seed: int = 1) -> pd.DataFrame:
    """Counts out of denominators from 50 to 50,000, one row an area; some counts are small."""
    draw = np.random.default_rng(seed)
    denominator = draw.integers(50, 50_000, rows)
    count = draw.binomial(denominator, draw.uniform(0.0005, 0.3, rows))
    return pd.DataFrame({"count": count.astype(float), "denominator": denominator.astype(float)})


def bands(groups: int, number: int) -> pd.DataFrame:
    """Counts of `number` bands in each group, with a standard population and limits."""
    table = areas(groups * number).assign(
        area=np.repeat(np.arange(groups), number).astype(str),
        band=np.tile(np.arange(number) + 1, groups),
        standard_population=np.tile(np.linspace(5_500, 1_000, number).round(), groups),
    )
    value = 60 + table["band"] + np.random.default_rng(2).normal(0, 1, len(table))
    return table.assign(value=value, lower_ci=value - 2, upper_ci=value + 2)


def median_time(call: Callable[[], object], runs: int = 5) -> float:
    """Seconds that a call takes: the median of several runs after a first one."""
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def bare_rates(df: pd.DataFrame) -> Callable[[], None]:
    """Rates with limits by the bare formula on arrays made beforehand, small counts looked up."""
    from scipy.special import gammainccinv, gammaincinv

    x, n, z, per = df["count"].to_numpy(), df["denominator"].to_numpy(), 1.959963984540054, 10_000
    small = np.arange(10)
    exact_lower = np.where(small == 0, 0, gammaincinv(small, 0.025))
    exact_upper = gammainccinv(small + 1, 0.025)
    value, lower, upper = np.empty((3, x.size))

    def formula() -> None:
        np.multiply(np.divide(x, n, out=value), per, out=value)
        with np.errstate(divide="ignore", invalid="ignore"):
            lower[:] = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3 / n * per
        more = x + 1
        upper[:] = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3 / n * per
        few = x < 10
        lower[few] = exact_lower[x[few].astype(int)] / n[few] * per
        upper[few] = exact_upper[x[few].astype(int)] / n[few] * per

    return formula


def rates() -> list[tuple]:
    """A million rates beside the bare formula, and a row beside PHStatsMethods."""
    df = areas(MILLION)
    ours, bare = median_time(lambda: cyp.rate(df)), median_time(bare_rates(df))
    found = [("1,000,000 rates / bare NumPy", ours, bare, ours / bare, "<= 2")]
    if find_spec("PHStatsMethods") is None:
        return [*found, ("rates / PHStatsMethods", ours, None, None, "not installed")]
    import PHStatsMethods

    rows = 5_000
    few = df.head(rows).assign(area=np.arange(rows)).query("count > 0").astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = median_time(lambda: PHStatsMethods.ph_rate(few, "count", "denominator"), 3)
    theirs *= MILLION / len(few)
    return [
        *found,
        ("1,000,000 rates: PHStatsMethods / ours", ours, theirs, theirs / ours, ">= 1000"),
    ]


def proportions() -> list[tuple]:
    """A million proportions with all columns beside the limits alone."""
    from statsmodels.stats.proportion import proportion_confint

    df = areas(MILLION)
    x, n = df["count"].to_numpy(), df["denominator"].to_numpy()
    ours = median_time(lambda: cyp.proportion(df))
    theirs = median_time(lambda: proportion_confint(x, n, method="wilson"))
    return [("1,000,000 proportions / statsmodels Wilson", ours, theirs, ours / theirs, "<= 1")]


def grouped() -> list[tuple]:
    """Standardised rates and slope indices."""
    rated, sloped = bands(10_000, 19), bands(700, 10)
    dsr = median_time(lambda: cyp.dsr(rated, by="area"))
    slope = median_time(
        lambda: cyp.slope_index(sloped, quantile="band", population="denominator", by="area")
    )
    return [
        ("10,000 standardised rates of 19 bands", dsr, None, dsr, "<= 0.05 s"),
        ("700 slope indices with limits", slope, None, slope, "<= 0.03 s"),
    ]


def growth(verb: str) -> list[tuple]:
    """Time a row at ten million rows beside a million, and the peak of memory."""
    call = getattr(cyp, verb)
    small, large = areas(MILLION), areas(10 * MILLION)
    one, ten = median_time(lambda: call(small)), median_time(lambda: call(large), 3)
    tracemalloc.start()
    call(large)
    extra = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    peak = 1 + extra / large.memory_usage().sum()
    return [
        (f"{verb}: a row of 10,000,000 / of 1,000,000", ten, one, ten / one / 10, "about 1"),
        (f"{verb}: peak memory / input, 10,000,000 rows", None, None, peak, "<= 4"),
    ]


def main() -> None:
    """Print the table."""
    lines = [*rates(), *proportions(), *grouped(), *growth("rate"), *growth("proportion")]
    print(f"{'what':<46}{'ours, s':>10}{'other, s':>10}{'figure':>10}  bar")
    for what, ours, other, figure, bar in lines:
        cells = ["" if cell is None else f"{cell:.4f}" for cell in (ours, other, figure)]
        print(f"{what:<46}" + "".join(f"{cell:>10}" for cell in cells) + f"  {bar}")


if __name__ == "__main__":
    main()
