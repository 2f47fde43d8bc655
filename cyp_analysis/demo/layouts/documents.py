"""Transcribed documents: the rows of a bundled one, with every number drawn anew.

A document of the project says which measures a council prints, of which groups and for which
periods; the invented authority prints the same measures some years later, and more months.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from cyp_analysis import geography, paths
from cyp_analysis.catalogue import Source
from cyp_analysis.demo import chance
from cyp_analysis.demo.model import Model
from cyp_analysis.demo.places import COUNTRY
from cyp_analysis.demo.tables import File

_KEY = ["measure", "area_code", "sex", "age", "category_type", "category", "period"]
_SERIES = ["measure", "area_code", "sex", "age", "category_type", "category", "period_type"]
_WHOLE = ["measure", "area_code", "sex", "age", "category_type", "period"]
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:/(\d\d))?(?!\d)")
_NEWEST = 2026
_PLACES = ("area", "ward", "provider", "hospital", "borough", "town", "locality")
_MONTHS_BACK, _YEARS_BACK = 14, 5
_MONTHLY, _YEARLY = ("month", "at_date", "year_to_date"), ("financial_year", "calendar_year")
_SIZE = 1.3
_AS_PRINTED = 0.051  # how far a percentage of one decimal is from its counts


def write_document(model: Model, source: Source, name: str) -> File:
    """The figures of one document under another name: the same rows, other numbers."""
    path = sorted((paths.data_dir() / "raw" / source.id).glob("*/figures.csv"))[-1]
    rows = _with_areas(_read(path), model)
    own = model.world.places.authorities["name"].iloc[0]
    if source.area:
        real = geography.name(source.area)
        rows = rows.assign(**{name: rows[name].str.replace(real, own) for name in rows})
    rows = (
        _longer(rows, years_later(source)).drop_duplicates(_KEY, keep="last").reset_index(drop=True)
    )
    return File(name, "figures.csv", _drawn(rows, name).to_csv(index=False, lineterminator="\n"))


def _read(path: Path) -> pd.DataFrame:
    rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    vague = rows["period_type"].isin(("", "not_stated"))
    rows["period"] = rows["period"].mask(vague, rows["period"].mode().iloc[0][:4])
    rows["period_type"] = rows["period_type"].mask(vague, "calendar_year")
    return rows.assign(published_trend="", flag="", line="", value_as_printed="")


def _with_areas(rows: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Areas of the document → invented ones: its own, its region, the country, others."""
    places, codes = model.world.places, rows["area_code"].drop_duplicates()
    own = rows["area_code"].mode().iloc[0]
    others = [c for c in codes if c and c[:3] in ("E06", "E08", "E09", "E10") and c != own]
    free = list(places.authorities["code"][1:])
    known = dict(zip(others, free, strict=False)) | {own: places.authorities["code"].iloc[0]}
    regions = [c for c in codes if c.startswith(("E12", "E13"))]
    known |= dict(zip(regions, places.regions["code"], strict=False)) | {COUNTRY: COUNTRY, "": ""}
    moved = rows.assign(area_code=rows["area_code"].map(known)).dropna(subset=["area_code"])
    return moved.assign(category=_without_places(moved))


def _without_places(rows: pd.DataFrame) -> pd.Series:
    """Categories, those that name a place or a provider as one of so many."""
    kinds = rows["category_type"].map(lambda kind: bool(set(kind.split(" | ")) & set(_PLACES)))
    named = kinds.astype(bool) | ((rows["area_code"] == "") & (rows["category"] != ""))
    words = rows["category"].where(named, "")
    number = words.groupby(rows["category_type"]).transform(lambda each: each.factorize()[0] + 1)
    invented = [
        " | ".join(f"Illustrative {part} {n}" for part in kind.split(" | "))
        for kind, n in zip(rows["category_type"], number, strict=True)
    ]
    return rows["category"].mask(named, pd.Series(invented, index=rows.index))


def years_later(source: Source) -> int:
    """By how many years a document's periods move: those of a document of spring are a year old."""
    return _NEWEST - (source.published.year - (source.published.month < 6))


def _longer(rows: pd.DataFrame, later: int) -> pd.DataFrame:
    """All periods some years later, and earlier months and years before the newest of a series;
    `back` says how many steps before the printed row each is."""
    moved = rows.assign(period=[_later(text, later) for text in rows["period"]], back=0)
    newest = moved.loc[moved.groupby(_SERIES, sort=False)["period"].idxmax()]
    parts = [moved]
    for kinds, many in ((_MONTHLY, _MONTHS_BACK), (_YEARLY, _YEARS_BACK)):
        some = newest[newest["period_type"].isin(kinds)]
        for back in range(1, many + 1):
            made = [
                _earlier(p, k, back)
                for p, k in zip(some["period"], some["period_type"], strict=True)
            ]
            part = some.assign(period=made, back=back)
            parts.insert(0, part[part["period"] != ""])
    return pd.concat(parts, ignore_index=True)


def _later(period: str, later: int) -> str:
    def moved(match: re.Match) -> str:
        ends = f"/{(int(match[2]) + later) % 100:02d}" if match[2] else ""
        return f"{int(match[1]) + later}{ends}"

    return _YEAR.sub(moved, period)


def _earlier(period: str, kind: str, back: int) -> str:
    """The period so many months or years before; empty where its text is of another form."""
    if kind == "month" and re.fullmatch(r"\d{4}-\d\d", period):
        return f"{pd.Period(period, 'M') - back}"
    if kind == "at_date" and re.fullmatch(r"\d{4}-\d\d-\d\d", period):
        return f"{(pd.Period(period, 'M') - back).end_time:%Y-%m-%d}"
    if kind == "year_to_date" and re.fullmatch(r"\d{4}-04/\d{4}-\d\d", period):
        end = pd.Period(period.split("/")[1], "M") - back
        start = end.year if end.month >= 4 else end.year - 1
        return f"{start}-04/{end}"
    if kind == "financial_year" and re.fullmatch(r"\d{4}/\d\d", period):
        first = int(period[:4]) - back
        return f"{first}/{(first + 1) % 100:02d}"
    if kind == "calendar_year" and re.fullmatch(r"\d{4}", period):
        return str(int(period) - back)
    return ""


def _elapsed(period: str) -> float:
    """Months of a year to date, of six that most documents print."""
    if "/" not in period or "-" not in period:
        return 1.0
    start, end = (pd.Period(part, "M") for part in period.split("/"))
    return ((end - start).n + 1) / 6


def _drawn(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Every number anew. One printed number becomes one drawn number wherever it stands in a
    period, so that a base is still the count that it repeats."""
    numbers = {
        c: pd.to_numeric(rows[c], errors="coerce") for c in ("count", "denominator", "value")
    }
    drawn = [
        _counts(*(numbers[c].iloc[place] for c in ("count", "denominator")), *_when(row, name))
        for place, row in enumerate(rows.itertuples())
    ]
    counts, bases = (np.array(each, dtype=float) for each in zip(*drawn, strict=True))
    counts = _made_whole(rows, numbers, counts, bases)
    printed = [c.rpartition(".")[2] if "." in c else "" for c in rows["value"]]
    out = {"count": _texts(counts), "denominator": _texts(bases), "value": []}
    for place, row in enumerate(rows.itertuples()):
        old = tuple(numbers[c].iloc[place] for c in numbers)
        new = _value(old, (counts[place], bases[place]), row, _key(row))
        decimals = min(len(printed[place]), 2)
        out["value"].append("" if np.isnan(new) else f"{new:.{decimals}f}")
    return rows.drop(columns="back").assign(
        **out, figure_id=[f"X{n:05d}" for n in range(len(rows))]
    )


def _key(row) -> list[str]:
    return [row.measure, row.area_code, row.sex, row.age, row.category_type, row.category]


def _when(row, name: str) -> tuple[tuple, list[str], float]:
    """The period of a row in a document, its key, and the share of a whole year to date."""
    during = _elapsed(row.period) if row.back and row.period_type == "year_to_date" else 1.0
    return (name, row.period, row.back), _key(row), during


def _texts(numbers: np.ndarray) -> list[str]:
    return ["" if np.isnan(number) else str(int(number)) for number in numbers]


def _made_whole(
    rows: pd.DataFrame, numbers: dict[str, pd.Series], counts: np.ndarray, bases: np.ndarray
) -> np.ndarray:
    """The counts drawn, those of a breakdown that made up its printed base made to do so again:
    a base of so many children falls into groups of as many."""
    made = counts.copy()
    parted = rows[rows["category_type"] != ""]
    for places in parted.groupby([*_WHOLE, "back"], sort=False).indices.values():
        at = parted.index[places]
        old, base = numbers["count"][at], numbers["denominator"][at]
        if len(at) > 1 and base.nunique() == 1 and old.sum(skipna=False) == base.iloc[0]:
            made[at] = _apportioned(counts[at], bases[at][0])
    return made


def _apportioned(parts: np.ndarray, whole: float) -> np.ndarray:
    """Whole numbers as the parts are to each other that add up to the whole: the largest
    remainders are rounded up, and nought stays nought."""
    if not parts.sum():
        return parts
    shares = parts / parts.sum() * whole
    made = np.floor(shares)
    up = np.argsort(made - shares, kind="stable")[: int(round(whole - made.sum()))]
    made[up] += 1
    return made


def _counts(
    count: float, base: float, period: tuple, key: list[str], during: float
) -> tuple[float, float]:
    if np.isnan(base) or base <= 0:
        return _number(count, period, during), base
    new_base = _number(base, period, during)
    if np.isnan(count):
        return count, new_base
    likely = min(max(count / base, 0.0), 1.0)
    return float(min(round(new_base * _moved(likely, key, period)), new_base)), new_base


def _number(number: float, period: tuple, during: float) -> float:
    """The number that a printed one becomes in a period."""
    if np.isnan(number) or number == 0:
        return number
    name, when, back = period
    draw = chance.generator("document", name, int(number), when)
    drift = np.exp(-0.004 * back + 0.10 * draw.normal())
    return float(max(1, round(number * _SIZE * drift * during)))


def _moved(likely: float, key: list[str], period: tuple) -> float:
    """A share moved a little as odds; nought and all stay."""
    if likely in (0.0, 1.0):
        return likely
    own = chance.generator("share", *key).normal(0, 0.28)
    wobble = chance.generator("share", *key, *period).normal(0, 0.09)
    changed = likely / (1 - likely) * np.exp(own + wobble)
    return changed / (1 + changed)


def _value(old: tuple, new: tuple, row, key: list[str]) -> float:
    count, base, value = old
    if np.isnan(value):
        return value
    if count > 0 and base > 0:
        is_share = abs(value - 100 * count / base) <= _AS_PRINTED
        return new[0] / new[1] * (100 if is_share else value / (count / base))
    period, per_cent = (row.period, row.back), row.unit == "%" or "percent" in row.unit
    if count > 0 and not per_cent:
        return value * new[0] / (count * _SIZE)
    if per_cent and 0 <= value <= 100:
        return 100 * _moved(min(max(value / 100, 0.0), 1.0), key, period)
    return value * np.exp(chance.generator("value", *key, *period).normal(0, 0.12))
