"""Words around the figures: commentary, sources, what is missing."""

import pandas as pd

from cyp_analysis.catalogue import Source
from cyp_analysis.errors import ChapterError
from cyp_analysis.present import commentary as writing
from cyp_analysis.present import credits, words
from cyp_analysis.present.chapter_text import claim_sentence, how_to_get
from cyp_analysis.present.claims import written as written_words
from cyp_analysis.present.markup import Block, Html, joined, link, no_data, paragraph, stacked, tag
from cyp_analysis.present.selection import Selection


def commentary(selection: Selection, section: str = "") -> Block:
    """The analyst's commentary, with a warning where newer figures have arrived since; or one
    section of it, nothing where no one has written that. ChapterError for an unknown section."""
    if section and section not in writing.SECTIONS:
        names = ", ".join(writing.SECTIONS)
        rule = "`commentary` must be asked for a section that there is"
        raise ChapterError(f"chapter {selection.entry.id}", rule, repr(section), f"Use: {names}.")
    found = writing.read_commentary(selection.area.code, selection.entry.id)
    written = _in_words(selection, found, section) if found else ""
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


def _in_words(selection: Selection, found: writing.Commentary, section: str) -> str:
    """One part of what was written, with the sentences that it quotes and where its numbers are
    from."""
    thing = f"commentary/{found.path.parent.name}/{found.path.name}"
    markdown = written_words.filled(
        found.parts.get(section, ""), lambda claim: claim_sentence(selection, claim), thing
    )
    return written_words.with_sources(markdown)


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


def sources_of(selection: Selection, rows: pd.DataFrame) -> list[tuple[Source, object]]:
    """The documents that rows come from, each release once, with its date of publication."""
    used = rows.sort_values("source_id").drop_duplicates(["source_id", "source_published"])
    known = selection.catalogue.sources
    return [
        (known[row["source_id"]], row["source_published"])
        for _, row in used.iterrows()
        if row["source_id"] in known
    ]


def sources(selection: Selection) -> Block:
    """The documents that this chapter's figures come from, each once."""
    pairs = sources_of(selection, chapter_rows(selection))
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
    """Indicators of the chapter without a figure for the area, by what would bring them; those that
    only a printed document holds are left out, for nobody can fetch them."""
    rows = chapter_rows(selection)
    have = set(rows.loc[rows["area_code"] == selection.area.code, "indicator_id"])
    wanted = [
        (i.name, how_to_get(selection, i)) for i in selection.indicators() if i.id not in have
    ]
    area = words.area_words(selection.area)
    names: dict[str, list[str]] = {}
    for name, way in wanted:
        names.setdefault(way, []).append(name)
    names.pop("", None)
    if not names:
        said = f"No file would bring more of this chapter's figures for {area}."
        return Block(paragraph(said), said)
    number = sum(map(len, names.values()))
    figures = "1 figure" if number == 1 else f"{number} figures"
    said = f"This edition lacks {figures} of this chapter for {area} that a file would bring."
    each = [_lacking(way, of) for way, of in names.items()]
    return stacked(Block(paragraph(said), said), *each)


def _lacking(way: str, names: list[str]) -> Block:
    """What one file would bring, and how to get it, behind a line that a reader may pass over."""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    listed = tag("ul", joined(*(tag("li", name) for name in names))) if more else Html("")
    how = joined(tag("summary", f"{names[0]}{more}"), paragraph(way), listed)
    return Block(tag("details", how), f"{'; '.join(names)}: {way}")
