"""The path of one number: raw row → count → denominator → value → verdict → sentence → page."""

import csv
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from cyp_analysis import catalogue, geography, paths
from cyp_analysis.catalogue import Catalogue, Indicator
from cyp_analysis.edition_reader import Edition, open_edition
from cyp_analysis.errors import UsageError
from cyp_analysis.geography import Area
from cyp_analysis.present import narrative, words
from cyp_analysis.present.claims.changed import changed_sentences
from cyp_analysis.present.claims.ledger import FILE as CLAIMS
from cyp_analysis.present.claims.ledger import read_claims
from cyp_analysis.schema import INDICATOR_KEY

SUPPRESSED = "suppressed"
_MOST_CLAIMS = 12


def trace_lines(
    indicator: str,
    area: str,
    *,
    period: str | None = None,
    edition: str | None = None,
    data: Sequence[Path] = (),
) -> Iterator[str]:
    """Lines to print, one step of the path each; UsageError if there is no such number."""
    for folder in data:
        if not folder.is_dir():
            raise UsageError(
                f"--data {folder}", "must be a folder", "none there", "Check the path."
            )
    known = catalogue.load()
    meant = chosen_indicator(indicator, known)
    place = geography.area(area)
    source = open_edition(edition)
    row = chosen_row(source, meant, place, period)
    comparisons = matching_comparisons(source, row)
    yield f"{meant.name}; {place.name} ({place.code}); {row.period_label}; edition {source.name}"
    yield from raw_lines(row, known, data)
    yield from value_lines(row, meant)
    yield from comparison_lines(comparisons)
    yield f"sentence   {narrative.headline(row, comparisons, meant, place)}"
    yield from claim_lines(source, row)
    yield from page_lines(source, meant, place, known)


def chosen_indicator(text: str, known: Catalogue) -> Indicator:
    """The indicator of that id; UsageError with near ones."""
    if text in known.indicators:
        return known.indicators[text]
    near = ", ".join(get_close_matches(text, known.indicators, n=3)) or "none"
    raise UsageError(
        "INDICATOR", "must be in the catalogue", text, f"Near: {near}. See `cyp list indicators`."
    )


def chosen_row(edition: Edition, indicator: Indicator, area: Area, period: str | None) -> pd.Series:
    """The headline row of the period asked for, or of the latest; UsageError if none."""
    rows = edition.read("indicators", areas=[area.code], indicators=[indicator.id])
    headline = rows[(rows["category"] == "") & (rows["sex"] == "persons")]
    asked = None if period is None else period.strip()
    chosen = headline if asked is None else headline[headline["period_label"] == asked]
    if chosen.empty:
        labels = ", ".join(headline.sort_values("period_end")["period_label"]) or "no figure"
        raise UsageError(
            f"{indicator.id}, {area.name}",
            "must have a figure in the edition"
            if headline.empty
            else "--period must be one it has",
            period or "none",
            f"It has: {labels}.",
        )
    return chosen.sort_values("period_end").iloc[-1]


def matching_comparisons(edition: Edition, row: pd.Series) -> pd.DataFrame:
    """The comparisons of one indicator row."""
    found = edition.read("comparisons", areas=[row.area_code], indicators=[row.indicator_id])
    same = (found[INDICATOR_KEY] == row[INDICATOR_KEY]).all(axis=1)
    return found[same]


def raw_lines(row: pd.Series, known: Catalogue, data: Sequence[Path]) -> Iterator[str]:
    """The passport, the file and, where the file is at hand, the row itself."""
    source = known.sources[row.source_id]
    dated = words.date_words(row.source_published)
    published = f", published {dated}" if dated else ""
    yield f"source     {source.publisher}: {source.title}{published}"
    yield f"raw row    {row.source_file}, line {row.source_row}"
    if SUPPRESSED in row.value_note:
        yield "           withheld: the row is not shown"
        return
    folders = [paths.data_dir() / "raw" / source.id, *data]
    path = next((p for d in folders for p in _candidates(d, row.source_file)), None)
    if path is not None and path.suffix == ".csv":
        yield from _cells(path, int(row.source_row))


def _candidates(folder: Path, name: str) -> Iterator[Path]:
    """Files of that name in a folder or below it."""
    yield from (path for path in folder.rglob(Path(name).name) if path.as_posix().endswith(name))


def _cells(path: Path, line: int) -> Iterator[str]:
    """The filled cells of the record that begins on a line of a CSV file, if there is one."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file)
        header, begins = next(reader, []), reader.line_num + 1
        for record in reader:
            if begins == line:
                cells = zip(header, record, strict=False)
                yield f"           {'; '.join(f'{name}={cell}' for name, cell in cells if cell)}"
                return
            begins = reader.line_num + 1


def value_lines(row: pd.Series, indicator: Indicator) -> Iterator[str]:
    """Count, denominator, value and interval, unrounded; only the reason where there is none."""
    if pd.notna(row.value):
        yield f"count      {_number(row['count'])}; denominator {_number(row.denominator)}"
        multiplier = f"{indicator.multiplier:,.0f}"
        printed = row.statistic == "published"
        how = "as published" if printed else f"count ÷ denominator × {multiplier}"
        yield f"value      {row.value:.10g} {indicator.unit} ({row.statistic}: {how})"
        lower, upper = _number(row.lower_ci_95), _number(row.upper_ci_95)
        yield f"interval   {lower} to {upper} (95%, {row.method})"
    if row.value_note:
        yield f"note       {row.value_note}"


def _number(number: float) -> str:
    return f"{number:,.10g}" if pd.notna(number) else "none"


def comparison_lines(comparisons: pd.DataFrame) -> Iterator[str]:
    """Each benchmark with its value, the verdict and the rank."""
    for one in comparisons.itertuples():
        rank = f"; rank {one.rank:.0f} of {one.rank_of:.0f}" if pd.notna(one.rank) else ""
        name = geography.name(one.benchmark_area_code)
        verdict = f"{one.side}, {one.outcome} by {one.comparison_method}"
        yield f"benchmark  {name} {one.benchmark_value:.10g}: {verdict}{rank}"


def claim_lines(edition: Edition, row: pd.Series) -> Iterator[str]:
    """Where the area's pages say the number: the page and the sentence, each sentence once."""
    told = set()
    for claim in read_claims(edition.path / row.area_code)["claims"]:
        used = any(_is_of(number, row) for number in claim["numbers"])
        if used and claim["text"] not in told and len(told) < _MOST_CLAIMS:
            told.add(claim["text"])
            yield f"claim      {claim['page']}: {claim['text']}"


def _is_of(number: dict, row: pd.Series) -> bool:
    """Whether a number of a sentence is of the row's figure."""
    same = ("indicator_id", "period_label", "category")
    return number.get("area") == row.area_code and all(
        number.get(name, "") == row[name] for name in same
    )


def page_lines(
    edition: Edition, indicator: Indicator, area: Area, known: Catalogue
) -> Iterator[str]:
    """The pages of the edition whose chapters hold the indicator."""
    for chapter in known.chapters.values():
        page = edition.path / area.code / f"{chapter.id}.html"
        if indicator.id in chapter.indicators and page.exists():
            yield f"page       {edition.name}/{area.code}/{page.name}"


def sentence_lines(old: Edition, new: Edition, area: str | None) -> Iterator[str]:
    """The sentences that two editions say differently, old and new, verdicts first; nothing where
    either holds no claims of an area."""
    codes = _area_folders(old) & _area_folders(new)
    if area:
        codes &= {geography.area(area).code}
    for code in sorted(codes):
        each = (read_claims(edition.path / code)["claims"] for edition in (old, new))
        found = changed_sentences(*each)
        yield f"{code}: {len(found)} sentence{'' if len(found) == 1 else 's'} changed."
        for row in found.itertuples():
            yield f"  {row.kind}: {row.claim}"
            sides = (("old", row.old), ("new", row.new))
            yield from (f"    {side}: {text}" for side, text in sides if text)


def _area_folders(edition: Edition) -> set[str]:
    return {path.parent.name for path in edition.path.glob(f"*/{CLAIMS}")}
