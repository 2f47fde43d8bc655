"""DfE's Local Authority Interactive Tool: one row per measure, year and area → count table.

Layout: `Short Desc, Data item, Years, LA and Regions, Values, LA Number, Region`. The file says
neither which measures are numbers nor which years are meant; the tool's dictionary does, and is
used where it lies in the same folder. The measure is `lait_<Short Desc>`.
"""

from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from cyp_analysis import catalogue
from cyp_analysis.catalogue import Source
from cyp_analysis.loaders import layout, recognise, symbols
from cyp_analysis.loaders.columns import meant, per_text, stacked
from cyp_analysis.loaders.headers import key
from cyp_analysis.loaders.lait import areas as lait_areas
from cyp_analysis.loaders.lait import years as lait_years
from cyp_analysis.loaders.lait.dictionary import dictionary_beside
from cyp_analysis.loaders.measure_names import measure_names
from cyp_analysis.loaders.table import CountTable, Draft, ReferenceTable, count_table, problem_table
from cyp_analysis.text_columns import plain

COLUMNS = {
    "Short Desc": "short",
    "Years": "years",
    "LA and Regions": "area_name",
    "Values": "text",
    "LA Number": "number",
    "Topic": "topic",
}
NEEDED = ("Short Desc", "Years", "LA and Regions", "Values")
DESCRIBED = ("name", "topic", "unit", "polarity", "decimals", "year_type", "description")
PREFIX = "lait"


def read_lait(path: Path, source: Source | None = None) -> CountTable:
    """The tool's long file → count table, one row per measure, year and area.

    Figures are `value`, or `count` where the dictionary's unit is a number of people or events;
    `-` is missing with that reason. Rows that are no year or no area are left out and told.
    SourceError for missing columns, or if no row is of a known area and year.
    """
    source = source or recognise.recognise_known(path, "lait")
    tables = layout.open_tables(path, source, COLUMNS, only_named=True, coded=True)
    for table in tables:
        layout.require(table, NEEDED, path, source)
    rows = stacked([table.rows for table in tables]).rename(columns=COLUMNS)
    problems = pd.concat([table.problems for table in tables], ignore_index=True)
    return from_long(Draft(rows, problems), path, source)


def from_long(draft: Draft, path: Path, source: Source) -> CountTable:
    """Rows with text columns `short`, `years`, `area_name`, `text`, perhaps `number` and `topic`
    → count table, by the rules of the passport of the long file."""
    rules = rules_of(source)
    dictionary, told = dictionary_beside(path, f"{source.dataset}_dictionary")
    draft = Draft(draft.rows, pd.concat([draft.problems, told], ignore_index=True))
    blank = (draft.rows["short"] == "") & (draft.rows["years"] == "")
    draft = draft.leave_out_together(blank, "lines of notes, without measure and year")
    draft = lait_areas.with_codes(_with_measure(draft), rules)
    about = _about(draft.rows["short"], dictionary)
    draft = lait_years.with_periods(draft, about["year_type"], rules)
    return count_table(_with_figures(draft, about["unit"], rules), path, source)


def rules_of(source: Source) -> dict[str, dict]:
    """The rules of the passport itself, else of the passport of the same data in long form."""
    return source.measures or catalogue.sources()[source.dataset].measures


def describe(table: CountTable, dictionary: ReferenceTable) -> pd.DataFrame:
    """The rows of a count table with what the dictionary says of their measures: `name`, `topic`
    (several joined by `; `), `unit`, `polarity`, `decimals`, `year_type`, `description`; missing
    where it does not know the measure. Measures are known by their short or full names."""
    return table.rows.merge(_known(dictionary), on="measure", how="left", validate="many_to_one")


def _known(dictionary: ReferenceTable) -> pd.DataFrame:
    """One row for each short name and for each full name that only one measure has; a measure
    that stands under several topics has them all."""
    absent = {name: "" for name in DESCRIBED if name not in dictionary.rows}
    rows = dictionary.rows.assign(**absent)[["measure", *DESCRIBED]]
    topics = rows.groupby("measure", sort=False)["topic"].agg(lambda each: "; ".join(each.unique()))
    first = rows.drop_duplicates("measure")
    first = first.assign(topic=first["measure"].map(topics))
    by_name = first.assign(measure=measure_names(first["name"], PREFIX))
    by_name = by_name.drop_duplicates("measure", keep=False).query("measure != ''")
    return pd.concat([first, by_name]).drop_duplicates("measure").reset_index(drop=True)


def _with_measure(draft: Draft) -> Draft:
    """`measure` from the short name; a name that two short names share is told and numbered."""
    shorts = pd.Series(draft.rows["short"].unique(), dtype="str")
    names = measure_names(shorts, PREFIX)
    place = names.groupby(names).cumcount()
    names = names.mask(place > 0, names + "_" + (place + 1).astype("str"))
    known = dict(zip(shorts, names, strict=True))
    alike = [
        (
            int(draft.rows.loc[draft.rows["short"] == short, "source_row"].iloc[0]),
            short,
            known[short],
        )
        for short in shorts[(place > 0) & (names != "")]
    ]
    told = problem_table([(row, f"`{short}` is read as `{name}`") for row, short, name in alike])
    rows = draft.rows.assign(measure=meant(draft.rows["short"], known))
    draft = Draft(rows, pd.concat([draft.problems, told], ignore_index=True))
    return draft.leave_out(rows["measure"] == "", "the row names no measure")


def _about(short: pd.Series, dictionary: ReferenceTable | None) -> pd.DataFrame:
    """`unit` and `year_type` of each row's measure, empty where no dictionary says."""
    if dictionary is None:
        return pd.DataFrame({"unit": "", "year_type": ""}, index=short.index)
    known = _known(dictionary).set_index("measure")[["unit", "year_type"]]
    shorts = pd.Series(short.unique(), dtype="str")
    told = known.reindex(measure_names(shorts, PREFIX), fill_value="")
    of_short = {name: dict(zip(shorts, told[name], strict=True)) for name in told}
    return pd.DataFrame({name: meant(short, meaning) for name, meaning in of_short.items()})


def _with_figures(draft: Draft, unit: pd.Series, rules: dict[str, dict]) -> Draft:
    """`count` or `value`, with the reason where there is none and the mark of the year."""
    rows = draft.rows
    parsed = per_text(rows["text"], symbols.parse_numbers)
    words = [key(word) for word in rules["counts"]["units"]]
    counts = [u for u in unit.unique() if any(fnmatchcase(key(u), word) for word in words)]
    counted = unit.loc[rows.index].isin(counts)
    made = rows.assign(
        count=parsed["number"].where(counted),
        value=parsed["number"].mask(counted),
        category_type=meant(rows["category"], {"": ""}, "schools"),
        value_note=_joined(parsed["reason"], plain(rows["value_note"])),
    )
    odd = plain(rows.loc[parsed["unknown"], "text"])
    why = "`" + odd + "` is not a number or a known symbol"
    return Draft(made, draft.problems).mention(parsed["unknown"], why)


def _joined(reason: pd.Series, note: pd.Series) -> pd.Series:
    """`join_notes` where there is a reason; most of a million rows have none."""
    some = reason != ""
    return symbols.join_notes(reason[some], note[some]).reindex(note.index).where(some, note)
