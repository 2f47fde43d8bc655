"""Charts of authorities in order and of categories: which rows, and the words around them."""

from collections.abc import Callable

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import alt_text, credits, rounding, shown, words
from cyp_analysis.present.chapter_text import nothing
from cyp_analysis.present.figures import Figure, block
from cyp_analysis.present.markup import Block, Html, no_data
from cyp_analysis.present.peers import Peers, find_peers
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table

MANY = 40


def compare(selection: Selection, indicator_id: str, benchmark: str = "region") -> Block:
    """The authorities of the area's region or of England in order, the area marked."""
    return among_peers(selection, indicator_id, benchmark, _compare_block)


def among_peers(
    selection: Selection, indicator_id: str, benchmark: str, show: Callable[..., Block]
) -> Block:
    """What `show` makes of the selection, the indicator and its peers, or why there is nothing."""
    indicator = selection.indicator(indicator_id)
    group_code = selection.group_code(benchmark)
    row = selection.latest_known(indicator_id)
    if row is None:
        return nothing(selection, indicator_id)
    if _shown_before(selection, f"{show.__name__} {indicator_id}"):
        return Block()
    peers = find_peers(selection, row, group_code)
    if peers is None:
        area = words.area_words(selection.area)
        missing = f"this edition holds no other authority to compare {area} with."
        if selection.is_group:
            missing = f"this edition holds no figures of authorities of {area}."
        return no_data(f"{indicator.name}: {missing}")
    return show(selection, indicator, peers)


def _shown_before(selection: Selection, what: str) -> bool:
    """Of a region or England both benchmarks mean its own authorities: said once, then silent."""
    before = what in selection.told
    selection.told.add(what)
    return before and selection.is_group


def _compare_block(selection: Selection, indicator: Indicator, peers: Peers) -> Block:
    return block(_compare_figure(selection, indicator, peers))


def _compare_figure(selection: Selection, indicator: Indicator, peers: Peers) -> Figure:
    bars = authority_bars(peers, indicator)
    figure_id = selection.unique_id(f"fig-{indicator.id}-compare")
    alt = alt_text.ranking_alt(bars, peers.lines, indicator, peers.place)
    return Figure(
        id=figure_id,
        title=_compare_title(selection, indicator, peers),
        subtitle=_compare_subtitle(indicator, peers),
        picture=_picture(bars, peers.lines, indicator, figure_id, alt),
        alt=alt,
        table=bar_table(with_benchmarks(bars, peers, indicator), indicator, "Area"),
        source=credits.source_line(selection, peers.rows),
    )


def _compare_title(selection: Selection, indicator: Indicator, peers: Peers) -> str:
    area, subject = words.area_words(selection.area), words.sentence_case(indicator.subject)
    if selection.is_group:
        return f"{subject}: the authorities of {area}"
    return f"{subject}: {area} {peers.place or 'beside other authorities'}"


def _compare_subtitle(indicator: Indicator, peers: Peers) -> str:
    group = words.area_words(peers.group)
    subtitle = f"{indicator.name}, authorities of {group}, {peers.row['period_label']}."
    if len(peers.rows) > MANY:
        return f"{subtitle} Each dot is one authority."
    if peers.rows["lower_ci_95"].notna().any():
        subtitle += " Thin lines: 95% confidence intervals."
    if peers.rows["side"].isin(["higher", "lower", "similar"]).any():
        subtitle += f" ▲ significantly higher, ● similar, ▼ significantly lower than {group}."
    return subtitle


def _picture(bars: pd.DataFrame, lines: list, indicator: Indicator, prefix: str, alt: str) -> Html:
    from cyp_analysis.present import chart_bars, chart_dots

    draw = chart_dots.dot_chart if len(bars) > MANY else chart_bars.bar_chart
    return draw(bars, lines, indicator, prefix, alt)


def authority_bars(peers: Peers, indicator: Indicator) -> pd.DataFrame:
    """One row = one authority as it is drawn, with the symbol of its verdict against the group."""
    rows = peers.rows
    symbols = rows["side"].map(words.SYMBOLS).where(rows["side"] != "not_compared").fillna("")
    own = rows["area_code"] == peers.row["area_code"]
    return _bars(rows, indicator, list(rows["area_name"]), list(symbols)).assign(
        is_area=own.to_numpy()
    )


def with_benchmarks(bars: pd.DataFrame, peers: Peers, indicator: Indicator) -> pd.DataFrame:
    """The bars below the benchmarks that are drawn as lines across them."""
    if not peers.benchmarks:
        return bars
    rows = pd.DataFrame(peers.benchmarks)
    names = [geography.name(code) for code in rows["area_code"]]
    lines = _bars(rows, indicator, names, [""] * len(rows)).assign(is_area=False)
    return pd.concat([lines, bars], ignore_index=True)


def _bars(
    rows: pd.DataFrame, indicator: Indicator, labels: list[str], symbols: list[str]
) -> pd.DataFrame:
    each = [row for _, row in rows.iterrows()]
    values = [shown.value_cell(row, indicator) for row in each]
    percent = ["" if text.startswith("[") else rounding.sign(indicator) for text in values]
    return pd.DataFrame(
        {
            "label": labels,
            "value": rows["value"].to_numpy(),
            "lower": rows["lower_ci_95"].to_numpy(),
            "upper": rows["upper_ci_95"].to_numpy(),
            "text": [value + sign for value, sign in zip(values, percent, strict=True)],
            "symbol": symbols,
            "shown": values,
            "count": [shown.count_cell(row) for row in each],
            "interval": [shown.interval_cell(row, indicator) for row in each],
        }
    )


def bar_table(bars: pd.DataFrame, indicator: Indicator, first: str) -> Table:
    """The numbers of the bars, in the order drawn."""
    columns = (
        Column(first, heads_row=True),
        Column("Count", numeric=True),
        Column(f"Value ({shown.unit_words(indicator)})", numeric=True),
        Column(shown.INTERVAL, numeric=True),
    )
    cells = bars[["label", "count", "shown", "interval"]].itertuples(index=False, name=None)
    marked = frozenset(n for n, own in enumerate(bars["is_area"]) if own)
    return Table(f"{indicator.name}, as drawn", columns, tuple(cells), marked=marked)


def breakdown(selection: Selection, indicator_id: str) -> Block:
    """Bars of an indicator's categories in the latest period that has any value."""
    indicator = selection.indicator(indicator_id)
    rows = latest_categories(selection, indicator_id)
    if rows["value"].notna().sum() == 0:
        return nothing(selection, indicator_id)
    return block(_breakdown_figure(selection, indicator, rows))


def latest_categories(selection: Selection, indicator_id: str) -> pd.DataFrame:
    """The area's rows with a category, of the newest period: largest first, numbers in order."""
    mine = selection.rows[
        (selection.rows["indicator_id"] == indicator_id)
        & (selection.rows["area_code"] == selection.area.code)
        & (selection.rows["category_type"] != "")
    ]
    known = mine[mine["value"].notna()]
    rows = mine[mine["period_end"] == known["period_end"].max()]
    if rows["category"].str.fullmatch(r"\d+").all():
        return rows.sort_values("category", key=lambda numbers: numbers.astype(int))
    return rows.sort_values(["value", "category"], ascending=[False, True], kind="stable")


def _breakdown_figure(selection: Selection, indicator: Indicator, rows: pd.DataFrame) -> Figure:
    labels = [words.sentence_case(category) for category in rows["category"]]
    bars = _bars(rows, indicator, labels, [""] * len(rows)).assign(is_area=True)
    figure_id = selection.unique_id(f"fig-{indicator.id}-breakdown")
    alt = alt_text.breakdown_alt(bars, indicator)
    area, label = words.area_words(selection.area), rows.iloc[0]["period_label"]
    intervals = rows["lower_ci_95"].notna().any()
    ends = " Thin lines: 95% confidence intervals." if intervals else ""
    return Figure(
        id=figure_id,
        title=_breakdown_title(bars, indicator),
        subtitle=f"{indicator.name}, {area}, {label}.{ends}",
        picture=_picture(bars, [], indicator, figure_id, alt),
        alt=alt,
        table=bar_table(bars.assign(is_area=False), indicator, _category_header(rows)),
        source=credits.source_line(selection, rows),
    )


def _breakdown_title(bars: pd.DataFrame, indicator: Indicator) -> str:
    first = bars.sort_values("value", ascending=False, kind="stable").iloc[0]
    subject = words.sentence_case(indicator.subject)
    return f"{subject}: {first['label']} highest at {first['text']}"


def _category_header(rows: pd.DataFrame) -> str:
    return words.sentence_case(str(rows.iloc[0]["category_type"]).replace("_", " "))
