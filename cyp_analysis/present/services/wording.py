"""How a figure of a service is worded: its kind of period, its number, its change."""

import pandas as pd

from cyp_analysis import periods
from cyp_analysis.present import rounding, words
from cyp_analysis.present.selection import Selection

KINDS = {
    "month": "in the month",
    "day": "at the end of the month",
    "year_to_date": "since 1 April",
    "quarter": "in the quarter",
    "year": "in the year",
    "twelve_months": "in 12 months",
}
_MONTHS_BACK = {"month": 1, "year": 12}
# What a period of several months is called by the month it ends in.
_SPANS = {
    "year_to_date": "the same months to",
    "quarter": "the three months to",
    "year": "the year to",
    "twelve_months": "the 12 months to",
    "period": "the period to",
}


def counts(row: pd.Series) -> str:
    """What kind of period a figure counts, in words; a period of no usual kind by its own name."""
    return KINDS.get(row["kind"], f"in {row['period_label']}")


def full_name(row: pd.Series) -> str:
    """The measure, with sex and age where they narrow it."""
    extra = [row["sex"]] if row.get("sex", "persons") != "persons" else []
    extra += [row["age"]] if row.get("age", "") else []
    return f"{row['name']}, {', '.join(extra)}" if extra else row["name"]


def is_percent(selection: Selection, row: pd.Series) -> bool:
    """True where the value of a row is a percentage."""
    known = selection.catalogue.indicators.get(row["indicator_id"])
    own = "%" in row["name"] or " pct" in f" {row['name']}".lower().replace("percent", "pct")
    return bool(row["is_share"]) or (known is not None and known.unit == "%") or own


def figure_text(selection: Selection, row: pd.Series) -> str:
    """ "314 (26.1%)", "1,201", "69%", "19.5"; the shorthand where it is missing."""
    if pd.isna(row["count"]) and pd.isna(row["value"]):
        return words.missing_text(row["value_note"])
    if row["is_share"]:
        share = rounding.half_up(row["value"], 1)
        return f"{rounding.count_text(row['count'])} ({share}%)"
    if pd.notna(row["count"]) and pd.notna(row["value"]) and is_percent(selection, row):
        printed = value_text(selection, row, row["value"])
        return f"{rounding.count_text(row['count'])} ({printed})"
    if pd.notna(row["count"]):
        return rounding.count_text(row["count"])
    return value_text(selection, row, row["value"])


def value_text(selection: Selection, row: pd.Series, value: float) -> str:
    """A value without a count, to as many decimals as the catalogue says, else to one."""
    known = selection.catalogue.indicators.get(row["indicator_id"])
    decimals = known.rounding if known else 1
    return rounding.half_up(value, decimals) + ("%" if is_percent(selection, row) else "")


def change_text(selection: Selection, row: pd.Series, on: str) -> str:
    """ "−5 (−0.4%)" of a count, "+1.4 points" of a percentage, "no change"; empty if unknown.

    `on` is "month" (the month before) or "year" (the same month of the year before).
    """
    points = row[f"value_change_{on}"]
    if is_percent(selection, row) and pd.notna(points):
        return _points(points)
    change = row[f"count_change_{on}"]
    if pd.isna(change):
        return "" if pd.isna(points) or pd.notna(row["count"]) else _of_number(points)
    percent = row[f"percent_change_{on}"]
    beside = "" if pd.isna(percent) else f" ({rounding.signed_percent(percent)})"
    return "no change" if change == 0 else f"{_signed(change, 0)}{beside}"


def _of_number(change: float) -> str:
    text = _signed(change, 1)
    return text if text.strip("0.") else "no change"


def _points(points: float) -> str:
    text = _signed(points, 1)
    return f"{text} points" if text.strip("0.") else "no change"


def _signed(value: float, decimals: int) -> str:
    text = rounding.half_up(value, decimals)
    return f"+{text}" if value > 0 and text.strip("0.") else text


def when(row: pd.Series) -> str:
    """ "in September 2018", "on 30 September 2018", "between April and September 2018"."""
    said = periods.when(row["period_start"], row["period_end"], row["period_label"])
    return said[:1].lower() + said[1:]


def earlier(row: pd.Series, on: str) -> str:
    """The period that a change is set against: "August 2018", "31 August 2018", "the year to March
    2018"."""
    end = pd.Timestamp(row["period_end"]) - pd.DateOffset(months=_MONTHS_BACK[on])
    month_end = end + pd.offsets.MonthEnd(0)
    if row["kind"] == "day":
        return words.date_words(month_end)
    span = f"{_SPANS[row['kind']]} " if row["kind"] in _SPANS else ""
    return f"{span}{month_end:%B %Y}"


def change_sentence(selection: Selection, row: pd.Series) -> str:
    """ "Contacts received: 1,201 in September 2018, 5 fewer than in August 2018 (−0.4%)."; against
    the year before where nothing is known of the month before."""
    head = f"{full_name(row)}: {figure_text(selection, row)} {when(row)}"
    for on in ("month", "year"):
        clause = _clause(selection, row, on)
        if clause:
            return f"{head}, {clause}."
    return f"{head}."


def _clause(selection: Selection, row: pd.Series, on: str) -> str:
    against = earlier(row, on)
    against = f"on {against}" if row["kind"] == "day" else f"in {against}"
    points, change = row[f"value_change_{on}"], row[f"count_change_{on}"]
    if is_percent(selection, row) and pd.notna(points):
        text = rounding.half_up(abs(points), 1)
        return _than(points, f"{text} percentage points", against, ("higher", "lower"), text)
    if pd.isna(change):
        return _of_value(selection, row, points, against)
    percent = row[f"percent_change_{on}"]
    beside = "" if pd.isna(percent) else f" ({rounding.signed_percent(percent)})"
    said = _than(change, rounding.count_text(abs(change)), against, ("more", "fewer"), str(change))
    return said + (beside if change else "")


def _of_value(selection: Selection, row: pd.Series, change: float, against: str) -> str:
    """The change of a rate, mean or score; nothing where it is not known."""
    if pd.isna(change) or pd.notna(row["count"]):
        return ""
    text = value_text(selection, row, abs(change))
    return _than(change, text, against, ("higher", "lower"), text)


def _than(change: float, text: str, against: str, sides: tuple[str, str], digits: str) -> str:
    if not digits.strip("0.-"):
        return f"the same as {against}"
    return f"{text} {sides[0] if change > 0 else sides[1]} than {against}"
