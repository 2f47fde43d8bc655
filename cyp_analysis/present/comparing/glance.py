"""An area at a glance: how many of its tested figures are worse and better, how many children the
largest difference concerns, and which figures these are."""

from collections.abc import Mapping

import pandas as pd

from cyp_analysis.present import rounding, words
from cyp_analysis.present.comparing import outliers
from cyp_analysis.present.comparing import rows as of
from cyp_analysis.present.markup import Block, Html, joined, tag
from cyp_analysis.present.selection import Selection

FEW = 4
_KINDS = {
    "worse": ("worse",),
    "better": ("better",),
    "higher or lower, where neither is better in itself": ("higher", "lower"),
}


def glance(selection: Selection) -> Block:
    """Tiles of verdicts, and of the largest number of children behind one; nothing where no figure
    could be tested."""
    rows = of.outliers_of(selection)
    if rows.empty:
        return Block()
    out = rows[rows["stands_out"]]
    benchmark = of.place_words(rows.iloc[0]["benchmark_area_code"])
    tested = f"of {len(rows)} latest figures tested" if len(rows) > 1 else "of one figure tested"
    told = [
        (str(number), _kind_words(number, kind, benchmark), tested)
        for kind, outcomes in _KINDS.items()
        if (number := int(out["outcome"].isin(outcomes).sum())) or kind in ("worse", "better")
    ]
    largest = outliers.largest_row(selection, rows)
    told += [] if largest is None else [_largest(selection, largest)]
    html = tag("ul", joined(*(_tile(*parts) for parts in told)), class_="tiles")
    return Block(html, "\n".join(f"{value} {name} ({note})" for value, name, note in told))


def _kind_words(number: int, kind: str, benchmark: str) -> str:
    figures = "figure" if number == 1 else "figures"
    if kind in ("worse", "better"):
        return f"{figures} significantly {kind} than {benchmark}"
    return f"{figures} significantly {kind}"


def _largest(selection: Selection, row: pd.Series) -> tuple[str, str, str]:
    indicator = selection.indicator(row["indicator_id"])
    number = of.about(row["excess"])
    rest = of.excess_words(row, indicator).removeprefix(number).strip()
    if not words.is_plural(indicator.subject):
        rest = f"{rest}: {words.uncapital(indicator.name)}"
    kind = "a worse figure" if row["outcome"] == "worse" else "a difference"
    return number, rest, f"the largest number behind {kind}, {row['period_label']}"


def _tile(value: str, name: str, note: str) -> Html:
    return tag("li", joined(tag("strong", value), tag("span", name), tag("small", note)))


def standing(selection: Selection, outcome: str, addresses: Mapping[str, str]) -> Block:
    """A short list of the figures that stand out as worse or as better, the surest first, each with
    a link to where it is shown; nothing where none does."""
    rows = of.outliers_of(selection)
    rows = rows[rows["stands_out"] & (rows["outcome"] == outcome)] if len(rows) else rows
    if rows.empty:
        return Block()
    shown = [_line(selection, row) for _, row in rows.head(FEW).iterrows()]
    items = [
        tag("li", joined(_named(row, name, addresses), tag("span", rest)))
        for (_, row), (name, rest) in zip(rows.head(FEW).iterrows(), shown, strict=True)
    ]
    html = tag("ul", joined(*items), class_=f"standing standing-{outcome}")
    return Block(html, "\n".join(f"- {name}: {rest}" for name, rest in shown))


def _named(row: pd.Series, name: str, addresses: Mapping[str, str]) -> Html:
    address = addresses.get(row["indicator_id"], "")
    return tag("a", name, href=address) if address else tag("strong", name)


def _line(selection: Selection, row: pd.Series) -> tuple[str, str]:
    """Name of the figure, and its value beside the benchmark's in words."""
    indicator = selection.indicator(row["indicator_id"])
    benchmark = words.sentence_case(of.place_words(row["benchmark_area_code"]))
    value = rounding.value_text(row["value"], indicator)
    other = rounding.value_text(row["benchmark_value"], indicator)
    return indicator.name, f"{value}; {benchmark} {other}; {row['period_label']}"
