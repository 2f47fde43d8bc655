"""Tables of a chapter: profile, ranking, targets, differences."""

import re
from dataclasses import replace

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import credits, narrative, rounding, shown, words
from cyp_analysis.present.chapter_bars import among_peers
from cyp_analysis.present.comparing import switch
from cyp_analysis.present.markup import Block, Html, no_data, tag
from cyp_analysis.present.peers import Peers
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

MOST = 100
_VARIANCE = (
    "The variance is the difference between the latest figure and the target, as a share of the"
    " target, from the unrounded figure."
)
_MET = {"met": ("✓", "Met"), "not_met": ("✗", "Not met")}


def table(
    selection: Selection, ids: str | list[str] | None = None, caption: str | None = None
) -> Block:
    """One row = the latest figure of one indicator; indicators without any row are left out."""
    indicators = selection.indicators(ids)
    latest = [(i, selection.latest(i.id)) for i in indicators]
    found = [(i, row) for i, row in latest if row is not None]
    title = selection.group(ids).caption if isinstance(ids, str) else selection.entry.title
    if not found:
        return _no_rows(selection, title)
    rows = pd.DataFrame([row for _, row in found])
    caption = caption or f"{title}: latest figures for {words.area_words(selection.area)}"
    compared = [selection.compared(row) for _, row in found]
    made = shown.summary_table(rows, compared, [i for i, _ in found], caption)
    made = replace(made, source=credits.source_line(selection, rows))
    made = switch.with_summary_choice(selection, made, [row for _, row in found])
    return block(made, selection.unique_id(f"cap-{selection.entry.id}-table"))


def _no_rows(selection: Selection, title: str) -> Block:
    area = words.area_words(selection.area)
    return no_data(f"This edition holds no figures for {area} on: {title}.")


def ranking(selection: Selection, indicator_id: str, benchmark: str = "region") -> Block:
    """Table of every authority of the area's region or of England, with its verdicts."""
    return among_peers(selection, indicator_id, benchmark, _ranking_block)


def _ranking_block(selection: Selection, indicator: Indicator, peers: Peers) -> Block:
    made = shown.ranking_table(peers, indicator)
    group = words.area_words(peers.group)
    caption = f"{indicator.name}: authorities of {group} in order, {peers.row['period_label']}"
    notes = (*verdict_notes(peers, indicator), *made.notes)
    source = credits.source_line(selection, peers.rows)
    choice = switch.ranking_choice(selection, peers)
    made = replace(made, caption=caption, notes=notes, source=source, choice=choice)
    return block(made, selection.unique_id(f"cap-{indicator.id}-ranking"))


def verdict_notes(peers: Peers, indicator) -> list[str]:
    """For each benchmark, how many authorities have which verdict."""
    each = [
        peers.compared[peers.compared["benchmark_area_code"] == row["area_code"]]
        for row in peers.benchmarks
    ]
    return [narrative.verdict_counts(rows, indicator) for rows in each if len(rows)]


def targets(selection: Selection, ids: list[str] | None = None) -> Block:
    """Targets beside the latest figures, with the variance as computed from unrounded figures;
    nothing where no target is set."""
    mine = selection.rows[selection.rows["area_code"] == selection.area.code]
    wanted = [i.id for i in selection.indicators(ids)]
    mine = mine[mine["target_value"].notna() & mine["indicator_id"].isin(wanted)]
    latest = mine.sort_values("period_end", kind="stable").drop_duplicates(
        "indicator_id", keep="last"
    )
    latest = latest.set_index("indicator_id", drop=False)
    rows = [latest.loc[name] for name in wanted if name in latest.index]
    return _targets_table(selection, rows) if rows else Block()


def _targets_table(selection: Selection, rows: list[pd.Series]) -> Block:
    columns = (
        Column("Indicator", heads_row=True),
        Column("Period"),
        Column("Target", numeric=True),
        Column("Latest", numeric=True),
        Column("Variance (% of target)", numeric=True),
        Column("Result"),
    )
    slips = [_printed_otherwise(selection, row) for row in rows]
    made = Table(
        f"Targets and latest figures for {words.area_words(selection.area)}",
        columns,
        tuple(_target_row(selection, row) for row in rows),
        (_VARIANCE, *filter(None, slips)),
        credits.source_line(selection, pd.DataFrame(rows)),
    )
    return block(made, selection.unique_id(f"cap-{selection.entry.id}-targets"))


def _target_row(selection: Selection, row: pd.Series) -> tuple[str, ...]:
    indicator = selection.indicator(row["indicator_id"])
    variance, missing = row["target_variance"], pd.isna(row["value"])
    latest = "" if missing else rounding.value_text(row["value"], indicator)
    return (
        indicator.name,
        row["period_label"],
        rounding.value_text(row["target_value"], indicator),
        shown.number_cell(row["value"], row["value_note"], latest),
        "cannot be calculated" if pd.isna(variance) else rounding.signed_percent(variance),
        _result(row["target_met"]),
    )


def _result(target_met: str) -> Html | str:
    if target_met not in _MET:
        return "Not judged"
    symbol, said = _MET[target_met]
    mark = tag("span", symbol, class_="symbol", aria_hidden="true")
    outcome = "better" if target_met == "met" else "worse"
    return tag("span", Html(f"{mark} {said}"), class_=f"verdict verdict-{outcome}")


def _printed_otherwise(selection: Selection, row: pd.Series) -> str:
    """A note where the document prints another variance than its own figures give."""
    table = selection.edition.differences
    what = f"Variance from target: {row['indicator_id']}"
    found = table[(table["what"] == what) & (table["area_code"] == row["area_code"])]
    if found.empty:
        return ""
    name = selection.indicator(row["indicator_id"]).name
    printed, computed = (printed_text(found.iloc[0][column]) for column in ("printed", "computed"))
    return f"{name}: the document prints a variance of {printed}; its own figures give {computed}."


def differences(selection: Selection, limit: int | None = None) -> Block:
    """What was printed where it differs from what the printed figures give: for this area, the
    areas it lies in, and the documents it draws on; at most `limit` rows (default MOST)."""
    found = selection.edition.differences
    if found.empty:
        return no_data("No printed figure differs from what is computed from its source.")
    columns = (
        Column("What", heads_row=True),
        Column("Area"),
        Column("Printed", numeric=True),
        Column("Computed", numeric=True),
        Column("Rule"),
        Column("Source"),
    )
    own = found["area_code"].isin(selection.own_codes)
    of_used = (found["area_code"] == "") & found["source_id"].isin(selection.rows["source_id"])
    rows = found[own | of_used].head(limit or MOST)
    notes = (_left_out(len(rows), len(found)),) if len(rows) < len(found) else ()
    cells = tuple(_difference_row(selection, row) for _, row in rows.iterrows())
    made = Table("Printed figures that differ from those computed", columns, cells, notes)
    return block(made, selection.unique_id("cap-differences"))


def _left_out(shown_rows: int, all_rows: int) -> str:
    number, of = rounding.count_text(shown_rows), rounding.count_text(all_rows)
    return f"Shown: {number} of {of}. The others are in the edition's file differences.parquet."


def _difference_row(selection: Selection, row: pd.Series) -> tuple[str, ...]:
    source = selection.catalogue.sources.get(row["source_id"])
    return (
        _with_name(selection, row["what"]),
        geography.name(row["area_code"]) if row["area_code"] else "the document",
        printed_text(row["printed"]),
        printed_text(row["computed"]),
        row["rule"],
        f"{source.title if source else row['source_id']}, line {row['source_row']}",
    )


def _with_name(selection: Selection, what: str) -> str:
    """The indicator's name in place of its id, wherever the text holds one."""
    known = selection.catalogue.indicators
    return re.sub(r"\w+", lambda word: getattr(known.get(word[0]), "name", word[0]), what)


def printed_text(text: str) -> str:
    """A figure or a word of the table of differences as a reader sees it: "4,468,804", "−10.2%"."""
    if text in words.TRENDS:
        return words.TRENDS[text]
    number = re.fullmatch(r"(-?\d+(?:\.(\d+))?)(%?)", str(text))
    if not number:
        return str(text)
    return rounding.half_up(float(number[1]), len(number[2] or "")) + number[3]
