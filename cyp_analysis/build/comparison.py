"""Benchmarks, ranks, recent trends and targets for a whole indicator table at once."""

import pandas as pd

from cyp_analysis import geography, measures
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.schema import COMPARISON_COLUMNS, INDICATOR_KEY

_PERIOD_KEY = [c for c in INDICATOR_KEY if c != "area_code"]
# Fewer authorities than this share of the group, and a rank would mislead.
RANK_COVERAGE = 0.9


def compare_with_benchmarks(indicators: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """One row = indicator row × benchmark area: benchmark value, side, outcome, rank.

    A benchmark is a value of the same indicator, period, sex, age and category; an area is never
    compared with itself, and a benchmark without a value gives no row.
    """
    pairs = benchmark_pairs(indicators, catalogue)
    judged = judge(pairs, catalogue)
    ranked = add_ranks(judged)
    return ranked[COMPARISON_COLUMNS].reset_index(drop=True)


def benchmark_pairs(indicators: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Indicator rows paired with the value of each benchmark that the catalogue names, in order."""
    named = pd.DataFrame(
        [
            (indicator.id, order, name)
            for indicator in catalogue.indicators.values()
            for order, name in enumerate(indicator.benchmarks)
        ],
        columns=["indicator_id", "order", "benchmark"],
    )
    rows = indicators.merge(named, on="indicator_id", how="inner", validate="many_to_many")
    rows = rows.merge(benchmark_codes(), on=["area_code", "benchmark"], validate="many_to_many")
    values = indicators[[*INDICATOR_KEY, "value"]].rename(
        columns={"area_code": "benchmark_area_code", "value": "benchmark_value"}
    )
    pairs = rows.merge(
        values, on=["benchmark_area_code", *_PERIOD_KEY], how="inner", validate="many_to_one"
    )
    known = pairs[pairs["benchmark_value"].notna()].sort_values(["order", "choice"], kind="stable")
    return known.drop_duplicates([*INDICATOR_KEY, "benchmark"])


def benchmark_codes() -> pd.DataFrame:
    """area × benchmark name → code; the region first, its Inner or Outer part if that is all."""
    areas = geography.areas()
    choices = [("england", 0, "country_code"), ("region", 0, "region_code")]
    choices += [("region", 1, "subregion_code")]
    codes = pd.concat(
        [
            pd.DataFrame(
                {
                    "area_code": areas["code"],
                    "benchmark": name,
                    "choice": choice,
                    "benchmark_area_code": areas[column],
                }
            )
            for name, choice, column in choices
        ],
        ignore_index=True,
    )
    other = codes["benchmark_area_code"] != codes["area_code"]
    return codes[other & (codes["benchmark_area_code"] != "")]


def judge(pairs: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Side and outcome by each indicator's own method and polarity."""
    known = catalogue.indicators
    pairs = pairs.assign(
        polarity=pairs["indicator_id"].map({i: known[i].polarity for i in known}).astype("str"),
        comparison_method=pairs["indicator_id"]
        .map({i: known[i].benchmark_method for i in known})
        .astype("str"),
    )
    compared = measures.compare(
        pairs,
        value="value",
        lower="lower_ci_95",
        upper="upper_ci_95",
        benchmark="benchmark_value",
        polarity="polarity",
    )
    untested = compared["comparison_method"] == "none"
    return compared.assign(
        side=compared["side"].astype("str").mask(untested, "not_compared"),
        outcome=compared["outcome"].astype("str").mask(untested, "not_compared"),
    )


def add_ranks(compared: pd.DataFrame) -> pd.DataFrame:
    """Rank (1 = highest value) among the upper-tier authorities of the benchmark area."""
    level = compared["area_code"].map(geography.areas().set_index("code")["level"])
    peers = compared[(level == "authority") & compared["value"].notna()]
    group = ["benchmark_area_code", *_PERIOD_KEY]
    ranked = measures.rank(peers, value="value", by=group)
    whole = ranked["rank_of"] >= RANK_COVERAGE * _group_size(ranked)
    names = ["rank", "rank_of", "rank_tied"]
    kept = ranked.loc[whole, names].reindex(compared.index)
    return compared.assign(
        rank=kept["rank"].astype(float),
        rank_of=kept["rank_of"].astype(float),
        rank_tied=kept["rank_tied"].astype("boolean").fillna(False).astype(bool),
    )


def _group_size(ranked: pd.DataFrame) -> pd.Series:
    """How many upper-tier authorities the benchmark area had when each period ended."""
    key = ["benchmark_area_code", "period_end"]
    asked = ranked[key].drop_duplicates()
    pairs = zip(asked["benchmark_area_code"], asked["period_end"], strict=True)
    sizes = asked.assign(size=[float(len(geography.members(c, end.date()))) for c, end in pairs])
    joined = ranked[key].merge(sizes, on=key, how="left", validate="many_to_one")
    return joined["size"].set_axis(ranked.index)


def add_main_benchmark(indicators: pd.DataFrame, comparisons: pd.DataFrame) -> pd.DataFrame:
    """The first benchmark of each row becomes its `benchmark_…` and `outcome`."""
    names = ["benchmark_area_code", "benchmark_value", "outcome"]
    main = comparisons.drop_duplicates(INDICATOR_KEY)[[*INDICATOR_KEY, *names]]
    joined = indicators.merge(main, on=INDICATOR_KEY, how="left", validate="one_to_one")
    return joined.assign(
        benchmark_area_code=joined["benchmark_area_code"].fillna(""),
        outcome=joined["outcome"].fillna("not_compared"),
    )
