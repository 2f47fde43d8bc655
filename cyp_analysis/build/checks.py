"""What the publishers printed against what follows from their own figures: the differences."""

import numpy as np
import pandas as pd

from cyp_analysis import measures
from cyp_analysis.build import upstream
from cyp_analysis.build.disclosure import is_small
from cyp_analysis.build.expressions import evaluate
from cyp_analysis.build.trends import exact_percent
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.schema import DIFFERENCE_COLUMNS, INDICATOR_KEY

_COLUMNS = pd.Index(DIFFERENCE_COLUMNS, dtype="str")
_SLACK = 1e-6
# Rules whose printed number is an input or a verdict, not a result; variances from targets have
# a check of their own.
_NOT_RESULTS = ["implied_denominator", "rank", "significance", "rag", "decile", "variance"]


def find_differences(
    built: pd.DataFrame, compared: pd.DataFrame, arithmetic: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Every disagreement, one row each: what, printed, computed, by which rule, from which row.

    Nothing that a rule withholds is printed here again.
    """
    found = [
        printed_arithmetic(arithmetic[~shows_small_counts(arithmetic, catalogue)]),
        target_variances(catalogue.targets, built),
        values(built),
        published(built, catalogue),
        outcomes(built, compared),
        trends(built),
    ]
    tables = [table[DIFFERENCE_COLUMNS].astype("str") for table in found if len(table)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=_COLUMNS)


def recompute(arithmetic: pd.DataFrame) -> pd.Series:
    """multiplier × numerator ÷ denominator of each printed calculation (no denominator: ÷ 1)."""
    without = arithmetic["denominator"].str.strip() == ""
    denominator = _numbers(arithmetic["denominator"].mask(without, "1"))
    multiplier = _numbers(arithmetic["multiplier"].replace("", "1"))
    return multiplier * _numbers(arithmetic["numerator"]) / denominator.where(denominator != 0)


def _numbers(texts: pd.Series) -> pd.Series:
    return texts.map(evaluate).astype(float)


def round_half_up(numbers: pd.Series, decimals: pd.Series) -> pd.Series:
    """Numbers rounded as published rules round: 0.5 goes away from zero."""
    scale = 10.0**decimals
    return np.sign(numbers) * np.floor(numbers.abs() * scale + 0.5 + _SLACK) / scale


def printed_arithmetic(arithmetic: pd.DataFrame) -> pd.DataFrame:
    """Printed results that their own printed inputs do not give."""
    exact = arithmetic["printed"].str.fullmatch(r"[-(]?[\d,.]+%?\)?")
    rows = arithmetic[exact & ~arithmetic["rule"].isin(_NOT_RESULTS)]
    printed = pd.to_numeric(rows["printed_value"].replace("", np.nan))
    decimals = pd.to_numeric(rows["decimals"].replace("", np.nan)).fillna(0)
    computed = recompute(rows)
    off = (round_half_up(computed, decimals) - printed).abs() > _SLACK
    return rows.assign(
        what=rows["label"],
        # One more decimal than printed, where there is more to show.
        computed=_shown(computed, decimals + ((computed - computed.round(0)).abs() > _SLACK)),
        rule=_spelt_out(rows),
        area_code="",
        source_row=rows["line"],
    )[off]


def shows_small_counts(arithmetic: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """True where a calculation has a count that a rule withholds, or leaves one of a percentage."""
    texts = arithmetic["numerator"] + " " + arithmetic["denominator"]
    counts = texts.str.findall(r"(?<![\d.])\d+(?![\d.])").explode().astype(float)
    whole, part = (
        pd.to_numeric(arithmetic[name], errors="coerce") for name in ("denominator", "numerator")
    )
    rest = (whole - part).where(arithmetic["multiplier"] == "100")
    small = pd.Series(False, index=arithmetic.index)
    # The rules of authorities: those of small areas alone are stricter.
    used = dict.fromkeys(indicator.disclosure for indicator in catalogue.indicators.values())
    for rule in (catalogue.disclosure[name] for name in used):
        small |= is_small(counts, rule).groupby(level=0).any()
        small |= is_small(rest, rule) & rule.complement
    return small


def _spelt_out(rows: pd.DataFrame) -> pd.Series:
    """The calculation itself: `100 × (132−101) ÷ 101`."""
    parts = rows["numerator"].str.count(r"\+") + 1
    numerator = rows["numerator"].str.replace("*", " × ").str.replace("-", "−")
    numerator = numerator.mask(parts > 6, "the sum of " + parts.astype("str") + " parts")
    times = (rows["multiplier"] + " × ").mask(rows["multiplier"].isin(["", "1"]), "")
    divided = (" ÷ " + rows["denominator"]).mask(rows["denominator"] == "", "")
    several = numerator.str.contains(r"\d[−+]") & ((times != "") | (divided != ""))
    return times + numerator.mask(several, "(" + numerator + ")") + divided


def target_variances(targets: pd.DataFrame, built: pd.DataFrame) -> pd.DataFrame:
    """Printed variances that are not 100 × (latest − target) ÷ target of the unrounded latest.

    A target whose figure is withheld, or not in the table built, has no variance to check.
    """
    if "printed_variance" not in targets:
        return targets.iloc[:0]
    targets = targets[_has_figure(targets, built)]
    latest = exact_percent(targets).fillna(targets["printed_latest"])
    frame = targets.assign(latest=latest)
    computed = measures.target_variance(frame, value="latest")["target_variance"]
    one = pd.Series(1.0, index=targets.index)
    off = (round_half_up(computed, one) - targets["printed_variance"]).abs() > _SLACK
    return frame.assign(
        what="Variance from target: " + targets["indicator_id"],
        printed=targets["printed_variance"].map("{:.1f}%".format),
        computed=computed.map("{:.1f}%".format),
        rule="100 × (latest − target) ÷ target, from the unrounded latest",
        source_row=targets["line"],
    )[off]


def _has_figure(targets: pd.DataFrame, built: pd.DataFrame) -> pd.Series:
    key = ["indicator_id", "area_code", "period_end"]
    shown = built[(built["category_type"] == "") & built["value"].notna()]
    return pd.Series(
        pd.MultiIndex.from_frame(targets[key]).isin(pd.MultiIndex.from_frame(shown[key])),
        index=targets.index,
    )


def values(built: pd.DataFrame) -> pd.DataFrame:
    """Printed rates and percentages that count ÷ denominator does not give."""
    both = built["value"].notna() & built["printed_value"].notna()
    rows = built[both & built["statistic"].isin(["crude_rate", "proportion"])]
    half_unit = rows.groupby("indicator_id")["printed_value"].transform(_half_unit)
    off = (rows["value"] - rows["printed_value"]).abs() > half_unit + _SLACK
    computed = _shown(rows["value"], pd.Series(2.0, index=rows.index))
    rule = "multiplier × count ÷ denominator"
    return _differences(rows, off, rows["printed_value"], computed, rule)


def _half_unit(printed: pd.Series) -> float:
    """Half of the last decimal that a publisher prints for an indicator."""
    for decimals in range(4):
        if np.allclose(printed, printed.round(decimals), rtol=0, atol=1e-9):
            return 0.5 * 10.0**-decimals
    return 0.5e-4


def published(built: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Published rates and intervals that the counts beside them do not give."""
    found = upstream.disagreements(built, catalogue)
    return found.assign(what=_what(found)) if len(found) else found


def outcomes(built: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """Published verdicts against England that the interval and the benchmark do not give."""
    england = compared[compared["benchmark_area_code"].str.startswith("E92")]
    rows = built.merge(
        england[[*INDICATOR_KEY, "side", "outcome"]], on=INDICATOR_KEY, validate="one_to_one"
    )
    published = rows["published_outcome"]
    # A publisher that does not judge an indicator is held to the side only.
    computed = rows["outcome"].mask(published.isin(["higher", "lower"]), rows["side"])
    off = ~published.isin(["", "not_compared"]) & (computed != published)
    rule = "England's value against the 95% interval"
    return _differences(rows, off, published, computed, rule)


def trends(built: pd.DataFrame) -> pd.DataFrame:
    """Published recent trends that the figures do not give."""
    known = ~built["published_trend"].isin(["", "cannot_be_calculated"])
    computed = built["recent_trend"]
    off = known & ~computed.isin(["", "cannot_be_calculated"])
    off &= computed != built["published_trend"]
    rule = "trend test on the latest five years"
    return _differences(built, off, built["published_trend"], computed, rule)


def _differences(
    rows: pd.DataFrame, off: pd.Series, printed: pd.Series, computed: pd.Series, rule: str
) -> pd.DataFrame:
    return rows.assign(what=_what(rows), printed=printed, computed=computed, rule=rule)[off]


def _what(rows: pd.DataFrame) -> pd.Series:
    """Which row: indicator and period; sex, age and category where they tell rows apart."""
    several_ages = rows.groupby("indicator_id")["age"].transform("nunique") > 1
    what = rows["indicator_id"] + ", " + rows["period_label"]
    for part, told in (
        (rows["sex"], rows["sex"] != "persons"),
        (rows["age"], several_ages),
        (rows["category_type"] + ": " + rows["category"], rows["category"] != ""),
    ):
        what = what.mask(told & (part != ""), what + ", " + part)
    return what


def _shown(numbers: pd.Series, decimals: pd.Series) -> pd.Series:
    pairs = zip(numbers, decimals, strict=True)
    return pd.Series(
        [f"{number:.{int(places)}f}" for number, places in pairs], index=numbers.index, dtype="str"
    )
