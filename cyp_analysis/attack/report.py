"""What the attack found, in words: for the command, and to refuse an edition that gives away."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from cyp_analysis.attack.audit import audit_edition
from cyp_analysis.attack.findings import LEAK, PUBLISHER
from cyp_analysis.catalogue import Catalogue
from cyp_analysis.errors import EditionError


def refuse_leaks(folder: Path, known: Catalogue | None = None) -> None:
    """EditionError if anything in an edition's folder gives back what it withholds."""
    found = audit_edition(folder, known=known)
    leaks = found[found["verdict"] == LEAK]
    if len(leaks):
        told = "\n".join(f"  {line}" for line in leak_lines(leaks.head(10)))
        raise EditionError(
            "edition",
            "must not give back what it withholds",
            f"{len(leaks)} withheld figure(s) can be narrowed down\n{told}\n",
            "Remove what is named, or withhold more of the same table. Nothing was published; "
            "earlier editions are untouched.",
        )


def summary(found: pd.DataFrame) -> str:
    """One line: how many figures are withheld, and how many of them stay so."""
    count = found["verdict"].value_counts()
    leaks, publishers = int(count.get(LEAK, 0)), int(count.get(PUBLISHER, 0))
    under_rule = int(found["required_width"].notna().sum())
    return (
        f"{under_rule:,} figure(s) withheld here, {leaks:,} can be narrowed down; "
        f"{len(found) - under_rule:,} came withheld by their publishers, "
        f"{publishers:,} of them can be worked out from what the publishers show."
    )


def leak_lines(leaks: pd.DataFrame) -> Iterator[str]:
    """A line for each leak: the cell, how far it is narrowed, how, and where that stands."""
    for row in leaks.itertuples():
        parts = (row.part, row.category_type, row.category, row.sex.replace("persons", ""), row.age)
        cell = " · ".join(part for part in (row.series, *parts) if part)
        where = "; ".join(part for part in (row.evidence, row.why) if part)
        least, most = f"{row.least:g}", f"{row.most:g}".replace("inf", "any number")
        yield (
            f"{row.area_code} {cell}, {row.period_label} ({row.table}): {row.kinds}, "
            f"{least} to {most}: {where}"
        )


def as_json(found: pd.DataFrame) -> str:
    """The whole table of findings as JSON, one object for each cell; no end is null."""
    return found.to_json(orient="records", indent=1)
