"""Tables of an area: which columns a reader sees, and how each cell is worded."""

from collections.abc import Iterable

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import rounding, words
from cyp_analysis.present.markup import verdict
from cyp_analysis.present.peers import Peers
from cyp_analysis.present.tables import Column, Table

INTERVAL = "95% confidence interval"
NO_INTERVAL = "none"
NOT_COMPARED = ("not_compared", "not_compared")
NO_COUNT, NO_BENCHMARK, NO_TREND = "not published", "none", "Not calculated for this period"
# A column that says only this is left out of a summary table.
_SAYS_NOTHING = frozenset(
    {
        NO_COUNT,
        NO_INTERVAL,
        NO_BENCHMARK,
        NO_TREND,
        words.TRENDS["cannot_be_calculated"],
        verdict(*NOT_COMPARED),
    }
)


def number_cell(value: float, note: str, text: str) -> str:
    """The text of a number, or the shorthand of why it is missing."""
    return words.missing_text(note) if pd.isna(value) else text


def value_cell(row: pd.Series, indicator: Indicator) -> str:
    """A value without its unit, which is in the header or in the next column."""
    missing = pd.isna(row["value"])
    text = "" if missing else rounding.half_up(row["value"], indicator.rounding)
    return number_cell(row["value"], row["value_note"], text)


def count_cell(row: pd.Series) -> str:
    """A count, "not published" where only the value is, or the reason for both missing."""
    if pd.isna(row["count"]) and pd.notna(row["value"]):
        return NO_COUNT
    missing = pd.isna(row["count"])
    text = "" if missing else rounding.count_text(row["count"])
    return number_cell(row["count"], row["value_note"], text)


def interval_cell(row: pd.Series, indicator: Indicator) -> str:
    """The two limits, or why there are none."""
    text = rounding.interval_text(row["lower_ci_95"], row["upper_ci_95"], indicator)
    if text:
        return text
    return words.missing_text(row["value_note"]) if pd.isna(row["value"]) else NO_INTERVAL


def unit_words(indicator: Indicator) -> str:
    """The unit as a header has it: "%", "per 10,000 children aged under 18"."""
    return indicator.unit.strip()


def name_with_unit(indicator: Indicator) -> str:
    """An indicator in a table of many units: its name, and the unit that its cells do not bear."""
    unit = "" if rounding.sign(indicator) else unit_words(indicator)
    return f"{indicator.name} ({unit})" if unit else indicator.name


def missing_notes(rows: pd.DataFrame) -> tuple[str, ...]:
    """The source's own words for what is missing, where they say more than the shorthand."""
    notes = rows.loc[rows["value"].isna(), "value_note"].unique()
    told = [note for note in notes if note and not words.known_letter(note)]
    return (f"Missing figures, in the source's words: {'; '.join(told)}.",) if told else ()


def summary_table(
    rows: pd.DataFrame, compared: list[pd.DataFrame], indicators: list[Indicator], caption: str
) -> Table:
    """One row = the latest figure of one indicator; `compared` holds each row's comparisons."""
    columns = (
        Column("Indicator", heads_row=True),
        Column("Period"),
        Column("Count", numeric=True),
        Column("Value", numeric=True),
        Column("Unit"),
        Column(INTERVAL, numeric=True),
        Column("Benchmark", numeric=True),
        Column("Verdict against benchmark"),
        Column("Recent trend"),
    )
    each = zip(rows.iterrows(), compared, indicators, strict=True)
    cells = tuple(_summary_row(row, found, indicator) for (_, row), found, indicator in each)
    made = Table(caption, columns, cells, missing_notes(rows))
    return made.without_silent_columns(_SAYS_NOTHING)


def _summary_row(row: pd.Series, compared: pd.DataFrame, indicator: Indicator) -> tuple[str, ...]:
    main = _against(compared, row["benchmark_area_code"])
    outcome, side = NOT_COMPARED if main is None else (main["outcome"], main["side"])
    return (
        indicator.name,
        row["period_label"],
        count_cell(row),
        value_cell(row, indicator),
        unit_words(indicator),
        interval_cell(row, indicator),
        NO_BENCHMARK if main is None else _benchmark_cell(main, indicator),
        verdict(outcome, side),
        words.trend_words(row["recent_trend"]) or NO_TREND,
    )


def _against(compared: pd.DataFrame, code: str) -> pd.Series | None:
    """The comparison with one benchmark area, if there is one."""
    found = compared[compared["benchmark_area_code"] == code]
    return found.iloc[0] if len(found) else None


def _benchmark_cell(comparison: pd.Series, indicator: Indicator) -> str:
    name = geography.name(comparison["benchmark_area_code"])
    return f"{name} {rounding.value_text(comparison['benchmark_value'], indicator)}"


def ranking_table(peers: Peers, indicator: Indicator) -> Table:
    """One row = one authority, highest value first, with the benchmarks above them."""
    codes = [row["area_code"] for row in peers.benchmarks]
    columns = (
        Column("Rank", numeric=True),
        Column("Authority", heads_row=True),
        Column("Count", numeric=True),
        Column(f"Value ({unit_words(indicator)})", numeric=True),
        Column(INTERVAL, numeric=True),
        *(Column(f"Verdict against {geography.name(code)}") for code in codes),
    )
    top = [_benchmark_row(row, indicator, len(codes)) for row in peers.benchmarks]
    verdicts = dict(_verdicts(peers.compared))
    rows = [_ranking_row(row, verdicts, indicator, codes) for _, row in peers.rows.iterrows()]
    own = peers.rows["area_code"] == peers.row["area_code"]
    marked = frozenset(len(top) + number for number, mine in enumerate(own) if mine)
    return Table("", columns, (*top, *rows), missing_notes(peers.rows), marked=marked)


def _verdicts(compared: pd.DataFrame) -> Iterable[tuple[tuple[str, str], tuple[str, str]]]:
    columns = compared[["area_code", "benchmark_area_code", "outcome", "side"]]
    for area, benchmark, outcome, side in columns.itertuples(index=False):
        yield (area, benchmark), (outcome, side)


def _benchmark_row(row: pd.Series, indicator: Indicator, verdicts: int) -> tuple[str, ...]:
    name = geography.name(row["area_code"])
    cells = (count_cell(row), value_cell(row, indicator), interval_cell(row, indicator))
    return ("not ranked", name, *cells, *["benchmark"] * verdicts)


def _ranking_row(
    row: pd.Series, verdicts: dict, indicator: Indicator, codes: list[str]
) -> tuple[str, ...]:
    return (
        rank_cell(row),
        row["area_name"],
        count_cell(row),
        value_cell(row, indicator),
        interval_cell(row, indicator),
        *(verdict(*verdicts.get((row["area_code"], code), NOT_COMPARED)) for code in codes),
    )


def rank_cell(row: pd.Series) -> str:
    """The rank, with "=" where it is shared."""
    if pd.isna(row["rank"]):
        return "not ranked"
    return f"{row['rank']:.0f}{'=' if row['rank_tied'] else ''}"
