"""Core20PLUS5 for children: the most deprived fifth, groups chosen here, five clinical areas."""

import pandas as pd

from cyp_analysis import equity, paths
from cyp_analysis.catalogue import Indicator
from cyp_analysis.errors import ChapterError
from cyp_analysis.present import chapter_text, rounding, shown, tables, words
from cyp_analysis.present.markup import Block, Html, joined, paragraph, stacked, tag, verdict
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table

TAG, CORE = "core20plus5", "core20"
_GROUP_COLUMNS = ("group", "why", "decided")


def core20plus5(selection: Selection) -> Block:
    """The three parts one under the other; each says so where nothing is known."""
    return stacked(
        _headed("Core20: the most deprived fifth", _core20(selection)),
        _headed("PLUS: groups chosen here", _plus(selection)),
        _headed("5: clinical areas", _five(selection)),
    )


def _headed(title: str, content: Block) -> Block:
    return stacked(Block(tag("h3", title), title), content)


def _said(text: str) -> Block:
    return Block(paragraph(text), text)


def _tagged(selection: Selection, word: str) -> list[Indicator]:
    """Indicators of the catalogue that carry a word as their tag core20plus5."""
    every = selection.catalogue.indicators.values()
    return [i for i in every if word in str(i.tags.get(TAG, "")).casefold()]


def _core20(selection: Selection) -> Block:
    """What is known of those who live in the most deprived fifth of neighbourhoods."""
    shares = [i for i in _tagged(selection, CORE) if i.unit.strip() == "%"]
    known = [i for i in shares if selection.latest_known(i.id) is not None]
    profile = _fifth(selection)
    if not known and profile:
        return _said(profile)
    if not known:
        area = words.area_words(selection.area)
        return _said(
            f"This edition does not say how many people in {area} live in the most deprived fifth"
            " of neighbourhoods in England. The Index of Multiple Deprivation by small area, with"
            " the population of the small areas, would say so."
        )
    return stacked(*(chapter_text.headline(selection, indicator.id) for indicator in known))


def _fifth(selection: Selection) -> str:
    """The share in the most deprived fifth of the newest deprivation profile; empty without one."""
    read = selection.edition.read("deprivation_profile", areas=[selection.area.code])
    rows = selection.until(read)
    of_all = rows["indicator_id"].str.startswith("deprivation_decile")
    rows = rows[of_all & (rows["fifth"] == 1)].sort_values(["period_end", "base"], kind="stable")
    if rows.empty:
        return ""
    row, area = rows.iloc[-1], words.area_words(selection.area)
    of = f"{rounding.count_text(row['number'])} of {rounding.count_text(row['of_number'])}"
    return (
        f"{rounding.half_up(row['share'], 1)}% of {row['base']} in {area} ({of}) are in the most"
        f" deprived fifth of neighbourhoods in England ({row['period_label']})."
    )


def _plus(selection: Selection) -> Block:
    """The groups that the area has chosen, or those suggested until it chooses."""
    chosen = read_plus_groups(selection.area.code)
    area = words.area_words(selection.area)
    if len(chosen):
        columns = (Column("Group", heads_row=True), Column("Why"), Column("Decided"))
        cells = tuple(chosen[list(_GROUP_COLUMNS)].itertuples(index=False, name=None))
        made = Table(f"Groups chosen for {area}", columns, cells)
        return tables.block(made, selection.unique_id("cap-plus-groups"))
    suggested = equity.load().plus_groups
    if not suggested:
        return _said(f"No groups have been chosen for {area}.")
    opening = f"No groups have been chosen for {area} yet. NHS England suggests considering:"
    listed = tag("ul", joined(*(tag("li", text) for text in suggested)))
    return Block(
        joined(paragraph(opening), listed), "\n".join([opening, *(f"- {s}" for s in suggested)])
    )


def read_plus_groups(area_code: str) -> pd.DataFrame:
    """The groups that an area has chosen, with why and when; ChapterError for another file."""
    path = paths.data_dir() / "commentary" / area_code / "plus_groups.csv"
    if not path.is_file():
        return pd.DataFrame(columns=list(_GROUP_COLUMNS), dtype="str")
    rows = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    missing = [name for name in _GROUP_COLUMNS if name not in rows]
    if missing:
        thing = f"commentary/{area_code}/plus_groups.csv"
        raise ChapterError(thing, f"must have the column {missing[0]}", list(rows), "Add it.")
    return rows


def _five(selection: Selection) -> Block:
    """One row = one indicator of a clinical area, or that the area has none with a figure."""
    columns = (
        Column("Clinical area", heads_row=True),
        Column("Indicator"),
        Column("Period"),
        Column("Value", numeric=True),
        Column("Verdict"),
    )
    cells = [cell for area in equity.load().clinical_areas for cell in _clinical(selection, area)]
    if not cells:
        return Block()
    made = Table("The five clinical areas", columns, tuple(cells))
    return tables.block(made, selection.unique_id("cap-five-areas"))


def _clinical(selection: Selection, area: equity.ClinicalArea) -> list[tuple[str, ...]]:
    found = [(i, selection.latest_known(i.id)) for i in _tagged(selection, area.id)]
    known = [(i, row) for i, row in found if row is not None]
    if not known:
        return [(area.name, "No figure in this edition", "", "", "")]
    return [
        (
            area.name,
            indicator.name,
            row["period_label"],
            f"{shown.value_cell(row, indicator)} {shown.unit_words(indicator)}",
            _verdict(selection, row),
        )
        for indicator, row in known
    ]


def _verdict(selection: Selection, row: pd.Series) -> str:
    compared = selection.compared(row)
    told = [f"{badge}" for badge in chapter_text.verdicts(compared)]
    return Html(" ".join(told)) if told else verdict(*shown.NOT_COMPARED)
