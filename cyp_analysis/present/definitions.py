"""What the indicators mean and how they are worked out."""

from collections import Counter

from cyp_analysis.catalogue import Indicator, Measured
from cyp_analysis.present import rounding, words
from cyp_analysis.present.chapter_notes import chapter_rows
from cyp_analysis.present.markup import Block, Html, joined, paragraph, tag
from cyp_analysis.present.selection import Selection

_POLARITY = {
    "low_is_good": "Lower is better",
    "high_is_good": "Higher is better",
    "no_judgement": "Neither higher nor lower is better in itself",
}
_INTERVALS = {
    "poisson": "95% interval: exact Poisson for counts below 10, Byar's method from 10",
    "wilson": "95% interval: Wilson score method",
    "published": "95% interval as the publisher prints it",
    "none": "no interval",
}
_STATISTICS = {
    "crude_rate": "Crude rate",
    "proportion": "Proportion",
    "count": "Count",
    "mean": "Mean",
    "published": "Value as published",
    "ratio": "Ratio",
}
_TESTS = {
    "ci_overlap_95": "Tested against benchmarks by the 95% interval",
    "none": "Not tested",
}


def definitions(selection: Selection, ids: list[str] | None = None) -> Block:
    """What each indicator means and how it is worked out; by default those with figures. What
    most reviews have in common is said once, above them."""
    wanted = selection.indicators(ids)
    if ids is None:
        shown = set(chapter_rows(selection)["indicator_id"])
        wanted = [indicator for indicator in wanted if indicator.id in shown]
    if not wanted:
        return Block()
    usual, held = Counter(_review(indicator) for indicator in wanted).most_common(1)[0]
    usual = usual if held > 1 else ""
    said = f"{usual} Where a definition differs in this, it says so." if usual else ""
    themes = sorted({indicator.theme for indicator in wanted})
    parts = [_theme(selection, t, [i for i in wanted if i.theme == t], usual) for t in themes]
    html = joined(*([paragraph(said, "note")] if said else []), *(Html(b.html) for b in parts))
    return Block(html, "\n\n".join(filter(None, [said, *(b.text for b in parts)])))


def _theme(selection: Selection, theme: str, indicators: list[Indicator], usual: str) -> Block:
    """The definitions of one theme below its heading, in order of name."""
    title = words.sentence_case(theme.replace("_", " "))
    heads = [tag("h3", title)] if title else []
    ordered = sorted(indicators, key=lambda indicator: indicator.name)
    items = [_definition(selection, indicator, usual) for indicator in ordered]
    html = joined(*heads, *(Html(item.html) for item in items))
    return Block(html, "\n\n".join([*([title] if title else []), *(i.text for i in items)]))


def _definition(selection: Selection, indicator: Indicator, usual: str) -> Block:
    facts = [(term, text) for term, text in _facts(indicator, usual).items() if text]
    listed = joined(*(joined(tag("dt", term), tag("dd", text)) for term, text in facts))
    inside = joined(tag("summary", indicator.name), tag("dl", listed))
    element_id = selection.unique_id(f"def-{indicator.id}")
    text = "\n".join([indicator.name, *(f"  {term}: {text}" for term, text in facts)])
    return Block(tag("details", inside, id=element_id), text)


def _facts(indicator: Indicator, usual: str) -> dict[str, str]:
    review = _review(indicator)
    return {
        "Definition": indicator.definition,
        "Why it matters": indicator.why_it_matters,
        "Unit": f"{indicator.unit}. {_POLARITY[indicator.polarity]}.",
        "Numerator": _part(indicator.numerator),
        "Denominator": _part(indicator.denominator),
        "Method": f"{_STATISTICS[indicator.statistic]}; {_INTERVALS[indicator.interval]}."
        f" {_TESTS[indicator.benchmark_method]}. Shown to {_places(indicator.rounding)}.",
        "Caveats": " ".join(indicator.caveats),
        "Review": "" if review == usual else review,
    }


def _review(indicator: Indicator) -> str:
    by = f"by a {indicator.checked_by}" if indicator.checked_by else "by a second person: awaited"
    reviewed = words.date_words(indicator.date_reviewed)
    return f"Written by a {indicator.authored_by}; checked {by}; reviewed {reviewed}."


def _part(part: Measured | None) -> str:
    """The numerator or denominator in words."""
    if part is None:
        return ""
    if part.source == "own":
        return "The denominator printed beside the count."
    if part.source == "implied":
        return "Implied by the published count and value."
    of = f", {part.category}" if part.category else ""
    lag = f", {part.lag_years} year earlier" if part.lag_years else ""
    measure = words.sentence_case(words.spaced(part.measure))
    return f"{measure}{of}{lag} (data set: {words.spaced(part.source)})."


def _places(decimals: int) -> str:
    number = rounding.half_up(decimals, 0)
    return {0: "whole numbers", 1: "1 decimal place"}.get(decimals, f"{number} decimal places")
