"""Numbers as text. Rounding happens here and nowhere else: half up, as publishers round."""

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from cyp_analysis.catalogue import Indicator

MINUS = "−"


def half_up(value: float, decimals: int) -> str:
    """A number with thousands commas and a true minus sign: 1234.5 → "1,235" at 0 decimals.

    The value is first read at 12 significant digits, so that 14.45 held as 14.449999999999999
    rounds as it is written.
    """
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(f"{value:.12g}").quantize(step, rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{max(decimals, 0)}f}"
    return f"{MINUS}{text}" if rounded < 0 else text


def count_text(count: float) -> str:
    """A count as text, whole unless the source printed a fraction: 10000.0 → "10,000"."""
    return half_up(count, 0 if float(count).is_integer() else 1)


def sign(indicator: Indicator) -> str:
    """What follows the number without a space: "%" or nothing."""
    return "%" if indicator.unit.strip() == "%" else ""


def value_text(value: float, indicator: Indicator) -> str:
    """A value as the catalogue rounds it, with % for percentages: "14.0%", "70.7"."""
    return half_up(value, indicator.rounding) + sign(indicator)


def interval_text(lower: float, upper: float, indicator: Indicator) -> str:
    """The two limits: "13.75 to 14.26"; empty if either is missing."""
    if pd.isna(lower) or pd.isna(upper):
        return ""
    decimals = indicator.interval_rounding
    decimals = indicator.rounding if decimals is None else decimals
    return f"{half_up(lower, decimals)} to {half_up(upper, decimals)}"


def signed_percent(value: float) -> str:
    """A variance: "+7.5%", "−12.5%", "0.0%"."""
    text = half_up(value, 1)
    plus = "+" if value > 0 and text != "0.0" else ""
    return f"{plus}{text}%"
