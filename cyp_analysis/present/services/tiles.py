"""Targets: what was aimed at, what came of it, and how neighbours did."""

import pandas as pd

from cyp_analysis.present import credits, rounding, shown, words
from cyp_analysis.present.markup import Block, Html, joined, no_data, paragraph, tag
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block
from cyp_analysis.service_catalogue import Service

_MET = {"met": ("✓", "Met", "better"), "not_met": ("✗", "Not met", "worse")}
_DIRECTIONS = {"higher": "▲ Higher", "lower": "▼ Lower", "same": "● The same"}
MONITORED, NO_BENCHMARK, NEW = "Monitor", "No benchmark available", "New: no earlier figure"
_NOTES = (
    "Variance: the difference between the figure and the target in percent of the target, from "
    "unrounded figures; for percentages the points beside it are the plain difference.",
    "Monitor: the figure is watched, without a target.",
)


def targets_of(selection: Selection, service: Service) -> Block:
    """The targets of a service, empty where the area has none."""
    return _block(selection, _rows(selection, service.targets), service.title, service.id)


def corporate_indicators(selection: Selection, ids: list[str] | None = None) -> Block:
    """Targets of every indicator of the chapter, or of a list."""
    wanted = ids or [indicator.id for indicator in selection.indicators()]
    rows = _rows(selection, tuple(wanted))
    if rows.empty:
        return _none(selection)
    return _block(selection, rows, selection.entry.title, selection.entry.id)


def target_summary(selection: Selection) -> Block:
    """How many targets of the chapter are met, and those that are not, the furthest off first."""
    rows = _rows(selection, tuple(indicator.id for indicator in selection.indicators()))
    if rows.empty:
        return _none(selection)
    missed = rows[rows["target_met"] == "not_met"]
    missed = missed.reindex(missed["target_variance"].abs().sort_values(ascending=False).index)
    said = summary_sentence(rows)
    items = [_missed(selection, row) for _, row in missed.iterrows()]
    html = joined(paragraph(said), _listed(items))
    return Block(html, "\n".join([said, *items]))


def _listed(items: list[str]) -> Html:
    return tag("ul", joined(*(tag("li", item) for item in items))) if items else Html("")


def summary_sentence(rows: pd.DataFrame) -> str:
    """ "Of 12 measures with a target, 4 met it and 8 did not; 10 are watched without a target." """
    met, missed = ((rows["target_met"] == word).sum() for word in ("met", "not_met"))
    number, watched = rows["target_value"].notna().sum(), rows["monitor_only"].sum()
    unknown = number - met - missed
    parts = [f"{met} met it" if met else "none met it", f"{missed} did not" if missed else ""]
    parts += [f"for {unknown} the figure is not known or cannot be judged"] if unknown else []
    parts = ["none could be judged"] if unknown == number else parts
    head = f"Of {number} measure{'s' if number != 1 else ''} with a target, "
    said = head + words.join_words([part for part in parts if part]) if number else ""
    also = (
        f"{watched} {'is' if watched == 1 else 'are'} watched without a target" if watched else ""
    )
    return "; ".join(part for part in (said, also) if part) + "."


def _missed(selection: Selection, row: pd.Series) -> str:
    """ "Initial health assessments on time: 71.4% against a target of 95.0%." """
    indicator = selection.indicator(row["indicator_id"])
    value, target = (
        rounding.value_text(row[name], indicator) for name in ("value", "target_value")
    )
    return f"{indicator.name}: {value} against a target of {target} ({row['period_label']})."


def _none(selection: Selection) -> Block:
    area = words.area_words(selection.area)
    return no_data(f"No targets are set for {area} on the indicators of this chapter.")


def _rows(selection: Selection, ids: tuple[str, ...]) -> pd.DataFrame:
    rows = selection.edition.read("target_tiles", areas=[selection.area.code], indicators=ids)
    rows = selection.until(rows).sort_values("period_end", kind="stable")
    latest = rows.drop_duplicates("indicator_id", keep="last").set_index("indicator_id", drop=False)
    return latest.loc[[name for name in ids if name in latest.index]]


def _block(selection: Selection, rows: pd.DataFrame, title: str, name: str) -> Block:
    if rows.empty:
        return Block()
    columns = (
        Column("Measure", heads_row=True),
        Column("Period"),
        Column("Target", numeric=True),
        Column("Latest", numeric=True),
        Column("Variance", numeric=True),
        Column("Statistical neighbours", numeric=True),
        Column("Direction of travel"),
        Column("Result"),
    )
    cells = tuple(_cells(selection, row) for _, row in rows.iterrows())
    notes = _NOTES if rows["monitor_only"].any() else _NOTES[:1]
    source = credits.source_line(selection, rows)
    made = Table(f"{title}: targets and results", columns, cells, notes, source)
    return block(made, selection.unique_id(f"cap-targets-{name}"))


def _cells(selection: Selection, row: pd.Series) -> tuple[str, ...]:
    indicator = selection.indicator(row["indicator_id"])
    target, neighbour = row["target_value"], row["neighbour_value"]
    latest = "" if pd.isna(row["value"]) else rounding.value_text(row["value"], indicator)
    return (
        indicator.name,
        row["period_label"],
        MONITORED if pd.isna(target) else rounding.value_text(target, indicator),
        shown.number_cell(row["value"], row["value_note"], latest),
        _variance(row, rounding.sign(indicator) == "%"),
        NO_BENCHMARK if pd.isna(neighbour) else _plain(neighbour, rounding.sign(indicator)),
        _direction(row, indicator),
        _result(row),
    )


def _plain(value: float, sign: str) -> str:
    """A neighbours' figure as the document prints it, to two decimals at most."""
    text = rounding.half_up(value, 2).rstrip("0").rstrip(".")
    return f"{text}{sign}"


def _variance(row: pd.Series, percent: bool) -> str:
    if pd.isna(row["target_value"]):
        return "no target"
    if pd.isna(row["target_variance"]):
        return "cannot be calculated"
    text = rounding.signed_percent(row["target_variance"])
    if not percent:
        return text
    points = rounding.signed_percent(row["difference"]).removesuffix("%")
    return f"{text} ({points} points)"


def _direction(row: pd.Series, indicator) -> str:
    if row["direction"] == "unknown":
        return "not known"
    if row["direction"] not in _DIRECTIONS:
        return NEW
    then = rounding.value_text(row["earlier_value"], indicator)
    than = "as" if row["direction"] == "same" else "than"
    return f"{_DIRECTIONS[row['direction']]} {than} {then} ({row['earlier_label']})"


def _result(row: pd.Series) -> Html | str:
    if row["target_met"] not in _MET:
        return MONITORED if pd.isna(row["target_value"]) else "Not judged"
    symbol, said, outcome = _MET[row["target_met"]]
    mark = tag("span", symbol, class_="symbol", aria_hidden="true")
    return tag("span", Html(f"{mark} {said}"), class_=f"verdict verdict-{outcome}")
