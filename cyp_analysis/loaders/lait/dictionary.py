"""Publishers' dictionaries of their measures: what each is called, its unit, polarity and dates.

Layouts: data dictionary of DfE's Local Authority Interactive Tool; metadata of OHID Fingertips.
The passport says which of the publisher's columns is which of ours.
"""

from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from cyp_analysis import catalogue
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import CatalogueError, SourceError
from cyp_analysis.loaders import layout, recognise
from cyp_analysis.loaders.headers import key
from cyp_analysis.loaders.measure_names import measure_names
from cyp_analysis.loaders.table import Draft, ReferenceTable, nothing_left, problem_table

NOT_SAID = ("", "na", "n/a", "nan", "null")
DATED = ("last_update", "next_update")
DAY_ONE = "1899-12-30"  # of workbooks: 45962 is 1 November 2025
SERIAL = r"[1-9][0-9]{4}(?:\.0+)?"
DAY_FIRST = r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T].*)?"


def read_dictionary(path: Path, source: Source | None = None) -> ReferenceTable:
    """A publisher's dictionary → one row for each of its rows: `measure` (named as in the count
    tables), `name`, `topic`, `unit`, `polarity` (low_is_good, high_is_good, no_judgement or
    empty), `decimals` (Int64), `year_type`, `description` … as the passport lists them.

    `last_update`, `next_update` stay as printed; `last_update_date`, `next_update_date` are
    dates, missing where the text is none. SourceError if no row names a measure.
    """
    source = source or recognise.recognise_known(path, "dictionary")
    columns = _columns(source)
    tables = layout.open_tables(path, source, columns.values())
    layout.require(tables[0], [columns["measure"]], path, source)
    rows = pd.concat([table.rows for table in tables], ignore_index=True)
    draft = Draft(_ours(rows, columns), pd.concat([t.problems for t in tables], ignore_index=True))
    draft = _named(draft, source)
    if draft.rows.empty:
        raise nothing_left(path, draft.problems)
    draft = _judged(_dated(_decimals(draft)), source)
    problems = draft.problems.reset_index(drop=True)
    return ReferenceTable("dictionary", draft.rows, source, path, problems)


def _columns(source: Source) -> dict[str, str]:
    columns = source.measures.get("columns", {})
    if "measure" in columns:
        return columns
    thing = f"data/catalogue/sources/{source.id}.yml"
    rule = "`measures: columns` must say which column is the `measure`"
    raise CatalogueError(thing, rule, columns, "Add it there.")


def _ours(rows: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    """Columns by our names, in the passport's order; `NA` is empty."""
    there = {ours: rows[theirs] for ours, theirs in columns.items() if theirs in rows}
    texts = pd.DataFrame(there, index=rows.index)
    texts = texts.mask(texts.apply(lambda text: text.str.casefold().isin(NOT_SAID)), "")
    return texts.assign(source_row=rows["source_row"])


def _named(draft: Draft, source: Source) -> Draft:
    short = draft.rows["measure"].str.removesuffix(".0")
    prefix = source.measures.get("measure", {}).get("prefix", source.id)
    named = draft.rows.assign(measure=measure_names(short, prefix), publisher_name=short)
    draft = Draft(named, draft.problems).leave_out(short == "", "the row names no measure")
    return Draft(draft.rows.reset_index(drop=True), draft.problems)


def _decimals(draft: Draft) -> Draft:
    if "decimals" not in draft.rows:
        return draft
    text = draft.rows["decimals"]
    number = pd.to_numeric(text.where(text.str.fullmatch(r"[0-9]{1,2}(\.0)?")), errors="coerce")
    draft = draft.mention(number.isna() & (text != ""), "decimals `" + text + "` are no number")
    return Draft(draft.rows.assign(decimals=number.astype("Int64")), draft.problems)


def _dated(draft: Draft) -> Draft:
    there = [name for name in DATED if name in draft.rows]
    dates = {f"{name}_date": _dates(draft.rows[name]) for name in there}
    return Draft(draft.rows.assign(**dates), draft.problems)


def _dates(texts: pd.Series) -> pd.Series:
    """Days as workbooks number them, as ISO writes them and as 01/11/2025; missing for words."""
    serial = pd.to_numeric(texts.where(texts.str.fullmatch(SERIAL)), errors="coerce")
    days = pd.to_datetime(serial, unit="D", origin=DAY_ONE)
    iso = pd.to_datetime(texts.where(texts.str.fullmatch(ISO)).str[:10], errors="coerce")
    written = texts.where(texts.str.fullmatch(DAY_FIRST))
    british = pd.to_datetime(written, format="%d/%m/%Y", errors="coerce")
    return days.fillna(iso).fillna(british).astype("datetime64[us]")


def _judged(draft: Draft, source: Source) -> Draft:
    """The publisher's words for polarity as ours; words that the passport lacks are told."""
    if "polarity" not in draft.rows:
        return draft
    known = {text: _polarity(text, source) for text in draft.rows["polarity"].unique()}
    ours = draft.rows["polarity"].map(known).astype("str")
    unknown = (ours == "") & (draft.rows["polarity"] != "")
    draft = draft.mention(unknown, "polarity `" + draft.rows["polarity"] + "` is not known")
    return Draft(draft.rows.assign(polarity=ours), draft.problems)


def _polarity(text: str, source: Source) -> str:
    words = source.measures.get("polarity", {})
    fits = (ours for ours, any_of in words.items() for w in any_of if fnmatchcase(key(text), w))
    return next(fits, "")


def dictionary_beside(path: Path, source_id: str) -> tuple[ReferenceTable | None, pd.DataFrame]:
    """The dictionary of a passport in a file's own folder, if there is one, and what went wrong
    with those that cannot be used."""
    source = catalogue.sources().get(source_id)
    told = []
    for other in _inside(Path(path).parent) if source else []:
        if not recognise.claimed_by(other, [source]) or other.is_dir():
            continue
        try:
            return read_dictionary(other, source), problem_table(told)
        except SourceError as error:
            told.append((1, f"the dictionary beside it cannot be used: {error.rule}"))
    return None, problem_table(told)


def _inside(folder: Path) -> list[Path]:
    """What lies in a folder; nothing where it is no folder (a zip file) or may not be listed."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
