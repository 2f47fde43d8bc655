"""Words around the figures: commentary, sources, what is missing, definitions."""

import pandas as pd

from cyp_analysis.catalogue import Indicator, Measured, Source
from cyp_analysis.errors import ChapterError
from cyp_analysis.present import commentary as writing
from cyp_analysis.present import credits, rounding, words
from cyp_analysis.present.chapter_text import how_to_get
from cyp_analysis.present.markup import Block, Html, joined, link, no_data, paragraph, tag
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

_POLARITY = {
    "low_is_good": "Lower is better",
    "high_is_good": "Higher is better",
    "no_judgement": "No judgement: neither higher nor lower is better in itself",
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
    "ci_overlap_95": "A difference is significant where the benchmark's value lies outside the"
    " area's 95% interval",
    "none": "Not tested against benchmarks",
}


def commentary(selection: Selection, section: str = "") -> Block:
    """The analyst's commentary, with a warning where newer figures have arrived since; or one
    section of it, nothing where no one has written that. ChapterError for an unknown section."""
    if section and section not in writing.SECTIONS:
        names = ", ".join(writing.SECTIONS)
        rule = "`commentary` must be asked for a section that there is"
        raise ChapterError(f"chapter {selection.entry.id}", rule, repr(section), f"Use: {names}.")
    found = writing.read_commentary(selection.area.code, selection.entry.id)
    written = found.parts.get(section, "") if found else ""
    if section or found is None:
        return _section(section, written) if section else _not_written(selection)
    role = f" by a {found.author_role}" if found.author_role else ""
    status = f" Status: {found.status}." if found.status else ""
    note = f"Written for {found.written_for}{role}.{status}"
    warning = _newer(selection, found)
    content = joined(
        paragraph(warning, "warning"),
        Html(writing.to_html(written)),
        paragraph(note, "note"),
    )
    html = tag("section", content, class_="commentary", aria_label="Analyst's commentary")
    return Block(html, "\n\n".join(filter(None, [warning, written, note])))


def _section(section: str, written: str) -> Block:
    if not written:
        return Block()
    made = Html(writing.to_html(written))
    label = writing.SECTIONS[section]
    return Block(tag("section", made, class_="owned prose", aria_label=label), written)


def _not_written(selection: Selection) -> Block:
    area = words.area_words(selection.area)
    return no_data(f"No analyst's commentary has been written for {area} on this chapter yet.")


def _newer(selection: Selection, found: writing.Commentary) -> str:
    rows = chapter_rows(selection)
    # What ends after its publication is a projection: no one need write for it yet.
    ahead = rows["period_end"] > rows["source_published"]
    newest = rows[(rows["area_code"] == selection.area.code) & ~ahead]["period_end"].max()
    if found.covers_until is None or pd.isna(newest) or newest <= found.covers_until:
        return ""
    return (
        f"Newer figures than this commentary was written for are on this page, up to"
        f" {words.date_words(newest)}. Read it with care until it has been reviewed."
    )


def chapter_rows(selection: Selection) -> pd.DataFrame:
    """Rows with a value of the chapter's indicators, for the area and what it lies in."""
    ids = [indicator.id for indicator in selection.indicators()]
    rows = selection.rows[selection.rows["indicator_id"].isin(ids)]
    return rows[rows["value"].notna()]


def sources(selection: Selection) -> Block:
    """The documents that this chapter's figures come from, each once."""
    used = (
        chapter_rows(selection)
        .sort_values("source_id")
        .drop_duplicates(["source_id", "source_published"])
    )
    known = selection.catalogue.sources
    pairs = [
        (known[row["source_id"]], row["source_published"])
        for _, row in used.iterrows()
        if row["source_id"] in known
    ]
    if not pairs:
        return no_data("This chapter has no figures, so it has no sources.")
    items = joined(*(tag("li", _source_html(source, date)) for source, date in pairs))
    texts = [f"- {_source_text(source, date)}" for source, date in pairs]
    return Block(tag("ul", items, class_="sources"), "\n".join(texts))


def _source_text(source: Source, date: object) -> str:
    when = credits.published(source, date).removeprefix(", ")
    dated = words.sentence_case(when) + "." if when else source.published_note
    cited = source.citation.rstrip(". ") + "."
    return " ".join(filter(None, [cited, dated, f"Licence: {source.licence.rstrip('. ')}."]))


def _source_html(source: Source, date: object) -> Html:
    text = _source_text(source, date)
    if not source.url:
        return Html(joined(text))
    return joined(text, " ", link(source.url, f"Publisher's page: {source.title}"))


def missing(selection: Selection) -> Block:
    """Indicators of the chapter without a figure for the area, by what would bring them."""
    rows = chapter_rows(selection)
    have = set(rows.loc[rows["area_code"] == selection.area.code, "indicator_id"])
    lacking = [indicator for indicator in selection.indicators() if indicator.id not in have]
    area = words.area_words(selection.area)
    if not lacking:
        said = f"Every indicator of this chapter has a figure for {area}."
        return Block(paragraph(said), said)
    names: dict[str, list[str]] = {}
    for indicator in lacking:
        names.setdefault(how_to_get(selection, indicator), []).append(indicator.name)
    columns = (Column("What would bring them", heads_row=True), Column("Figures that are missing"))
    cells = tuple((way or "No data set is named.", "; ".join(of)) for way, of in names.items())
    made = Table(f"Figures of this chapter that this edition lacks for {area}", columns, cells)
    return block(made, selection.unique_id(f"cap-{selection.entry.id}-missing"))


def definitions(selection: Selection, ids: list[str] | None = None) -> Block:
    """What each indicator means and how it is worked out; by default those with figures."""
    wanted = selection.indicators(ids)
    if ids is None:
        shown = set(chapter_rows(selection)["indicator_id"])
        wanted = [indicator for indicator in wanted if indicator.id in shown]
    themes = sorted({indicator.theme for indicator in wanted})
    parts = [_theme(selection, t, [i for i in wanted if i.theme == t]) for t in themes]
    return Block("\n".join(b.html for b in parts), "\n\n".join(b.text for b in parts))


def _theme(selection: Selection, theme: str, indicators: list[Indicator]) -> Block:
    """The definitions of one theme below its heading, in order of name."""
    title = words.sentence_case(theme.replace("_", " "))
    heads = [tag("h3", title)] if title else []
    ordered = sorted(indicators, key=lambda indicator: indicator.name)
    items = [_definition(selection, indicator) for indicator in ordered]
    html = joined(*heads, *(Html(item.html) for item in items))
    return Block(html, "\n\n".join([*([title] if title else []), *(i.text for i in items)]))


def _definition(selection: Selection, indicator: Indicator) -> Block:
    facts = [(term, text) for term, text in _facts(indicator).items() if text]
    listed = joined(*(joined(tag("dt", term), tag("dd", text)) for term, text in facts))
    inside = joined(tag("summary", indicator.name), tag("dl", listed))
    element_id = selection.unique_id(f"def-{indicator.id}")
    text = "\n".join([indicator.name, *(f"  {term}: {text}" for term, text in facts)])
    return Block(tag("details", inside, class_="definition", id=element_id), text)


def _facts(indicator: Indicator) -> dict[str, str]:
    return {
        "Definition": indicator.definition,
        "Why it matters": indicator.why_it_matters,
        "Unit": indicator.unit,
        "Polarity": f"{_POLARITY[indicator.polarity]}.",
        "Numerator": _part(indicator.numerator),
        "Denominator": _part(indicator.denominator),
        "Method": f"{_STATISTICS[indicator.statistic]}; {_INTERVALS[indicator.interval]}."
        f" {_TESTS[indicator.benchmark_method]}. Shown to {_places(indicator.rounding)}.",
        "Caveats": " ".join(indicator.caveats),
        "Review": _review(indicator),
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
