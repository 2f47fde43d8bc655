"""Sentences about places: highest, lowest, how many stand out. Pure: nothing is calculated but
what is counted from the rows shown."""

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import rounding, words
from cyp_analysis.present.places.found import PlaceFigures

KINDS = {
    "ward": ("ward", "wards"),
    "lsoa": ("neighbourhood", "neighbourhoods"),
    "msoa": ("larger neighbourhood", "larger neighbourhoods"),
    "district": ("district", "districts"),
    "authority": ("authority", "authorities"),
}
# What a word for a kind of area means, once beside the first map of it.
MEANINGS = {
    "lsoa": "Neighbourhoods are lower layer super output areas: about 1,500 people each.",
    "msoa": "Larger neighbourhoods are middle layer super output areas: about 8,000 people each.",
}
_NAMED = 2


def kind_words(kind: str, number: int) -> str:
    """ "1 ward", "24 wards"."""
    return f"{number:,} {KINDS[kind][number != 1]}"


def value_with_unit(value: float, indicator: Indicator) -> str:
    """A value with what it is per: "70.7 per 10,000 children aged under 18", "14.0%"."""
    text = rounding.value_text(value, indicator)
    plain = indicator.statistic == "count" or rounding.sign(indicator)
    return text if plain else f"{text} {indicator.unit}"


def when(figures: PlaceFigures) -> str:
    """ "In 2024/25", "In January 2023"."""
    row = figures.known.iloc[0]
    return periods.when(row["period_start"], row["period_end"], row["period_label"])


def spread_sentence(figures: PlaceFigures) -> str:
    """When, lowest, highest and the whole: "In 2024/25, children … ranged from 7.4% (Westfield)
    to 44.4% (Eastfield) among the 24 wards of Exampleshire; the figure for Exampleshire is …"."""
    if figures.by_decile:
        return decile_sentence(figures)
    known, indicator = figures.known, figures.indicator
    area = words.area_words(figures.within)
    among = f"the {kind_words(figures.kind, len(known))} of {area}"
    among += "" if len(known) == len(figures.rows) else " that have a figure"
    highest, lowest = known.iloc[0]["value"], known.iloc[-1]["value"]
    top = value_with_unit(highest, indicator)
    if rounding.value_text(lowest, indicator) == rounding.value_text(highest, indicator):
        return f"{when(figures)}, the figure for {indicator.subject} was {top} in each of {among}."
    low = rounding.value_text(lowest, indicator)
    spread = (
        f"{when(figures)}, {indicator.subject} ranged from {low} ({_who(figures, lowest)})"
        f" to {top} ({_who(figures, highest)}) among {among}"
    )
    if pd.isna(figures.whole) or indicator.statistic == "count":
        return f"{spread}."
    return f"{spread}; the figure for {area} is {rounding.value_text(figures.whole, indicator)}."


def _who(figures: PlaceFigures, value: float) -> str:
    """The places with a value by name, or how many they are."""
    known = figures.known
    names = list(known.loc[known["value"] == value, "place_name"].map(words.name_words))
    if len(names) > _NAMED:
        return kind_words(figures.kind, len(names))
    return words.join_words(names)


def outer_fifths(figures: PlaceFigures) -> tuple[int, int]:
    """How many places are among the most and among the least deprived fifth of England."""
    value = figures.known["value"]
    return int((value <= 2).sum()), int((value >= 9).sum())


def decile_sentence(figures: PlaceFigures) -> str:
    """How many are among the most and the least deprived fifth of England."""
    most, least = outer_fifths(figures)
    area = words.area_words(figures.within)
    of = kind_words(figures.kind, len(figures.known))
    return (
        f"{when(figures)}, {most or 'none'} of the {of} of {area} {_are(most)} among the most"
        f" deprived fifth in England and {least or 'none'} among the least deprived fifth."
    )


def _are(number: int) -> str:
    return "was" if number == 1 else "were"


def certainty_sentence(figures: PlaceFigures) -> str:
    """How many places differ from the whole by more than chance, or that this was not tested."""
    if figures.by_decile:
        return "A fifth is a place in a ranking of all neighbourhoods in England, not an amount."
    sides = figures.known["side"].value_counts()
    tested = int(sides.reindex(["higher", "lower", "similar"]).fillna(0).sum())
    if tested == 0:
        return "Whether the differences are more than chance was not tested."
    area = words.area_words(figures.within)
    high, low, same = (int(sides.get(s, 0)) for s in ("higher", "lower", "similar"))
    told = (
        f"Compared with the figure for {area}, {kind_words(figures.kind, high)}"
        f" {_are(high)} significantly higher, {low or 'none'} significantly lower and"
        f" {same or 'none'} statistically similar."
    )
    return told.replace(f", 0 {KINDS[figures.kind][1]} were", ", none was")


def title(figures: PlaceFigures) -> str:
    """The headline above a map."""
    subject = words.sentence_case(figures.indicator.subject)
    if figures.by_decile:
        return f"{subject} in {words.area_words(figures.within)}"
    top = figures.known.iloc[0]["value"]
    return f"{subject}: highest in {_who(figures, top)}"


def alt(figures: PlaceFigures) -> str:
    """What the map shows for those who cannot see it, 220 characters at most."""
    known, indicator = figures.known, figures.indicator
    if figures.by_decile:
        return f"Shaded by national fifth. {decile_sentence(figures)}"[:220]
    ends = [known.iloc[0], known.iloc[-1]]
    texts = [f"{r['place_name']} {rounding.value_text(r['value'], indicator)}" for r in ends]
    many = kind_words(figures.kind, len(known))
    told = f"Map of {many} in four shades. Highest {texts[0]}; lowest {texts[1]}"
    if pd.notna(figures.whole) and indicator.statistic != "count":
        area = words.area_words(figures.within)
        told += f"; {area} {rounding.value_text(figures.whole, indicator)}"
    return f"{told}."[:220]
