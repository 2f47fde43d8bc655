"""Which rights of the child the figures speak to: the convention's articles and indicators."""

import pandas as pd

from cyp_analysis import paths
from cyp_analysis.present import words
from cyp_analysis.present.chapter_notes import chapter_rows
from cyp_analysis.present.markup import Block
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

_NOTE = (
    "Articles of the United Nations Convention on the Rights of the Child, with the indicators that"
    " the catalogue ties to each. An indicator without a figure here is not listed."
)


def rights(selection: Selection) -> Block:
    """One row for each article that an indicator with a figure for the area is tied to."""
    rows = chapter_rows(selection)
    have = set(rows.loc[rows["area_code"] == selection.area.code, "indicator_id"])
    named: dict[int, list[str]] = {}
    for indicator in selection.indicators():
        for article in indicator.tags.get("uncrc") or ():
            if indicator.id in have:
                named.setdefault(int(article), []).append(indicator.name)
    if not named:
        return Block()
    titles = _titles()
    columns = (
        Column("Article", heads_row=True),
        Column("Figures", numeric=True),
        Column("Indicators"),
    )
    cells = tuple(
        (f"{number}. {titles[number]}", str(len(named[number])), "; ".join(sorted(named[number])))
        for number in sorted(named)
    )
    area = words.area_words(selection.area)
    caption = f"Rights of the child and the figures about them in {area}"
    made = Table(caption, columns, cells, (_NOTE,))
    return block(made, selection.unique_id("cap-rights"))


def _titles() -> dict[int, str]:
    table = pd.read_csv(paths.data_dir() / "catalogue" / "uncrc.csv", dtype={"title": "str"})
    return dict(zip(table["article"], table["title"], strict=True))
