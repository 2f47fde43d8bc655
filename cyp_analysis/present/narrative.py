"""Sentences from one row of the indicator table and its comparisons. Pure: nothing is calculated.

"significantly" stands only where a test found a difference; an area without a test gets no
comparative word. Better and worse are said by the verdict beside the sentence, not in it.
"""

import pandas as pd

from cyp_analysis import geography, periods
from cyp_analysis.catalogue import Indicator
from cyp_analysis.geography import Area
from cyp_analysis.present import rounding, words

_TESTED = {
    "higher": "significantly higher than",
    "lower": "significantly lower than",
    "similar": "statistically similar to",
}
_PLACES = {
    "higher": "significantly higher",
    "lower": "significantly lower",
    "similar": "similar",
}
_LEVELS = ("authority", "subregion", "region", "country")
_MISSING = {
    "c": "The figure for {subject} in {area} {when} is suppressed because it is based on"
    " small numbers.",
    "x": "The figure for {subject} in {area} {when} is not available.",
    "z": "The figure for {subject} in {area} {when} does not apply.",
    "k": "The figure for {subject} in {area} {when} is above zero but too small to show.",
    "u": "The figure for {subject} in {area} {when} is too unreliable to show.",
}
_TREND = {
    "increasing": "The recent trend is upwards.",
    "decreasing": "The recent trend is downwards.",
    "increasing_and_getting_better": "The recent trend is upwards, which is getting better.",
    "increasing_and_getting_worse": "The recent trend is upwards, which is getting worse.",
    "decreasing_and_getting_better": "The recent trend is downwards, which is getting better.",
    "decreasing_and_getting_worse": "The recent trend is downwards, which is getting worse.",
    "no_significant_change": "There is no significant recent trend.",
}


def headline(row: pd.Series, comparisons: pd.DataFrame, indicator: Indicator, area: Area) -> str:
    """Everything known about one figure: value, comparison, rank, count, trend."""
    if pd.isna(row["value"]):
        return missing_sentence(row, indicator, area)
    return join_sentences(
        finding(row, comparisons, indicator, area),
        reference_sentence(row, comparisons, indicator),
        count_sentence(row, indicator),
        trend_sentence(row["recent_trend"]),
        caution_sentence(row["value_note"]),
    )


def short_headline(
    row: pd.Series, comparisons: pd.DataFrame, indicator: Indicator, area: Area
) -> str:
    """The headline for lists: value, comparison, rank, and how many children it concerns."""
    if pd.isna(row["value"]):
        return missing_sentence(row, indicator, area)
    return join_sentences(
        finding(row, comparisons, indicator, area),
        reference_sentence(row, comparisons, indicator),
        count_sentence(row, indicator),
        caution_sentence(row["value_note"]),
    )


def rest_of_headline(row: pd.Series, indicator: Indicator) -> str:
    """What the whole headline says beyond the one for lists: the trend, with its subject; empty
    where the trend cannot be calculated."""
    trend = trend_sentence(row["recent_trend"])
    if not trend:
        return ""
    return f"{words.sentence_case(indicator.subject)}: {trend[:1].lower()}{trend[1:]}"


def join_sentences(*sentences: str) -> str:
    """The sentences that have something to say, one space apart."""
    return " ".join(sentence for sentence in sentences if sentence)


def finding(row: pd.Series, comparisons: pd.DataFrame, indicator: Indicator, area: Area) -> str:
    """ "In 2016, 14.0% (95% CI …) of …, significantly lower than …; 25th highest of …." """
    compared = comparison_clause(comparisons, indicator)
    rank = rank_clause(comparisons)
    if rank:
        rank = f"; {rank}" if compared else f", the {rank.removeprefix('the ')}"
    return f"{value_clause(row, indicator, area)}{compared and ', ' + compared}{rank}."


def value_clause(row: pd.Series, indicator: Indicator, area: Area) -> str:
    """When, where and how much; an interval follows a percentage, and the clause of a rate."""
    value = rounding.value_text(row["value"], indicator)
    interval = rounding.interval_text(row["lower_ci_95"], row["upper_ci_95"], indicator)
    interval = f" (95% CI {interval})" if interval else ""
    inside, after = (interval, "") if rounding.sign(indicator) else ("", interval)
    clause = indicator.sentence.format(area=words.area_words(area), value=value + inside)
    when = periods.when(row["period_start"], row["period_end"], row["period_label"])
    return f"{when}, {clause}{after}"


def local_first(comparisons: pd.DataFrame) -> pd.DataFrame:
    """The comparisons with the nearest benchmark first: region, then country."""
    order = comparisons["benchmark_area_code"].map(
        lambda code: _LEVELS.index(geography.area(code).level)
    )
    return comparisons.iloc[order.argsort(kind="stable")] if len(comparisons) else comparisons


def comparison_clause(comparisons: pd.DataFrame, indicator: Indicator) -> str:
    """ "significantly lower than London (18.8%) but statistically similar to England (17.0%)"."""
    tested = local_first(comparisons[comparisons["side"].isin(list(_TESTED))])
    clauses = [
        f"{_TESTED[side]} {words.join_words(_benchmarks(rows, indicator))}"
        for side, rows in tested.groupby("side", sort=False, observed=True)
    ]
    return " but ".join([", ".join(clauses[:-1]), clauses[-1]] if len(clauses) > 1 else clauses)


def _benchmarks(comparisons: pd.DataFrame, indicator: Indicator) -> list[str]:
    pairs = comparisons[["benchmark_area_code", "benchmark_value"]].itertuples(index=False)
    return [
        f"{words.area_words(geography.area(code))} ({rounding.value_text(value, indicator)})"
        for code, value in pairs
    ]


def rank_clause(comparisons: pd.DataFrame) -> str:
    """ "25th highest of the 33 London authorities", among the nearest group that has ranks."""
    ranked = local_first(comparisons[comparisons["rank"].notna()])
    if ranked.empty:
        return ""
    nearest = ranked.iloc[0]
    group = geography.area(nearest["benchmark_area_code"])
    place = words.rank_words(nearest["rank"], nearest["rank_of"], tied=bool(nearest["rank_tied"]))
    the = "the " if place in ("highest", "lowest") else ""
    return f"{the}{place} of {words.authorities_of(group, nearest['rank_of'])}"


def reference_sentence(row: pd.Series, comparisons: pd.DataFrame, indicator: Indicator) -> str:
    """Benchmarks that were not tested against, with the reason and without comparative words."""
    untested = comparisons[~comparisons["side"].isin(list(_TESTED))]
    shown = local_first(untested[untested["benchmark_value"].notna()])
    if shown.empty:
        return ""
    names = words.join_words(_benchmarks(shown, indicator))
    return f"For reference: {names}; {_untested_reason(row, indicator, len(shown))}."


def _untested_reason(row: pd.Series, indicator: Indicator, number: int) -> str:
    differences = "differences were" if number > 1 else "the difference was"
    if indicator.benchmark_method != "none" and pd.isna(row["lower_ci_95"]):
        return f"{differences} not tested because the figure has no confidence interval"
    return f"{differences} not tested"


def count_sentence(row: pd.Series, indicator: Indicator) -> str:
    """ "This is 10,000 children in low-income families."; nothing for indicators that count."""
    if indicator.statistic == "count" or pd.isna(row["count"]):
        return ""
    count = row["count"]
    if count == 0:
        return "The count was zero."
    if count > 1 and words.is_plural(indicator.subject):
        return f"This is {rounding.count_text(count)} {indicator.subject}."
    return f"The count behind it is {rounding.count_text(count)}."


def trend_sentence(recent_trend: str) -> str:
    """The recent trend as a sentence; nothing where it cannot be calculated."""
    return _TREND.get(recent_trend, "")


def caution_sentence(note: str) -> str:
    """A warning where the publisher marks a figure that it does print as unreliable."""
    if words.known_letter(note) == "u":
        return "Treat with caution: the publisher marks it as of low reliability."
    return ""


def missing_sentence(row: pd.Series, indicator: Indicator, area: Area) -> str:
    """Why there is no figure, in words."""
    when = periods.when(row["period_start"], row["period_end"], row["period_label"])
    when = when[:1].lower() + when[1:]
    slots = {"subject": indicator.subject, "area": words.area_words(area), "when": when}
    note = row["value_note"]
    letter = words.known_letter(note) if note else "x"
    if letter:
        return _MISSING[letter].format(**slots)
    return "There is no figure for {subject} in {area} {when}: {note}.".format(
        **slots, note=note.rstrip(".")
    )


def verdict_counts(comparisons: pd.DataFrame, indicator: Indicator) -> str:
    """How many authorities stand where against one benchmark, counted from the verdicts shown:
    "Compared with London (18.8%): 16 significantly higher (worse), 17 significantly lower
    (better) and none similar." """
    name = _benchmarks(comparisons.head(1), indicator)[0]
    number = comparisons["side"].value_counts()
    if number.get("not_compared", 0) == len(comparisons):
        return f"Compared with {name}: differences were not tested."
    outcome = comparisons.drop_duplicates("side").set_index("side")["outcome"]
    parts = [
        f"{number.get(side) or 'none'} {how}{_judged(outcome.get(side, side))}"
        for side, how in _PLACES.items()
    ]
    if number.get("not_compared", 0):
        parts.append(f"{number['not_compared']} not compared")
    return f"Compared with {name}: {words.join_words(parts)}."


def _judged(outcome: str) -> str:
    return f" ({outcome})" if outcome in ("better", "worse") else ""
