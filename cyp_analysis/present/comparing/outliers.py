"""What stands out here when every tested figure is judged at once."""

import pandas as pd

from cyp_analysis.present import rounding, shown, words
from cyp_analysis.present.comparing import rows as of
from cyp_analysis.present.comparing import trends
from cyp_analysis.present.markup import Block, joined, paragraph, stacked, tag, verdict
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table, block

MOST = 15
_PARTS = (
    ("Worse, and getting worse", [0]),
    ("Worse", [1]),
    ("Higher or lower, with no judgement", [2]),
    ("Better", [3]),
)
_SURE = (
    "The tests are judged together, so that of the differences named no more than about one in"
    " twenty is expected to be due to chance (false discovery rate of 5%)."
)
_SURE_OF_ONE = (
    "The benchmark lies outside the 95% confidence interval of the figure, which chance alone would"
    " bring about one time in twenty."
)


def standing_out(selection: Selection) -> Block:
    """Three sentences: what is different, how sure that is, how many it concerns."""
    rows = of.outliers_of(selection)
    if rows.empty:
        return trends.over_time(selection)
    sentences = [difference_sentence(selection, rows)]
    if rows["stands_out"].any():
        sure = _SURE if len(rows) > 1 else _SURE_OF_ONE
        sentences += [sure, *filter(None, [largest_sentence(selection, rows)])]
    html = tag("div", joined(*(paragraph(text) for text in sentences)), class_="standing-out")
    return Block(html, "\n".join(sentences))


def difference_sentence(selection: Selection, rows: pd.DataFrame) -> str:
    """ "Of the 41 latest figures of an area that were tested against England, 31 differ: 5 …" """
    area = words.area_words(selection.area)
    benchmark = of.place_words(rows.iloc[0]["benchmark_area_code"])
    out = rows[rows["stands_out"]]
    number = len(rows)
    if number == 1:
        told = "differs" if len(out) else "does not differ"
        name = selection.indicator(rows.iloc[0]["indicator_id"]).name
        return f"One latest figure of {area} was tested against {benchmark}, and it {told}: {name}."
    opening = f"Of the {number} latest figures of {area} that were tested against {benchmark}"
    if out.empty:
        return f"{opening}, none differs by more than chance would explain."
    verb = "differs" if len(out) == 1 else "differ"
    return f"{opening}, {len(out)} {verb}: {_outcome_counts(out['outcome'])}."


def _outcome_counts(outcomes: pd.Series) -> str:
    """ "5 are worse, 3 are better and 23 are higher or lower with no judgement of either"."""
    number = outcomes.replace({"lower": "higher"}).value_counts()
    said = {
        "worse": "worse",
        "better": "better",
        "higher": "higher or lower, where neither is better in itself",
    }
    parts = [
        f"{number[key]} {'is' if number[key] == 1 else 'are'} {text}"
        for key, text in said.items()
        if number.get(key)
    ]
    return words.join_words(parts)


def largest_sentence(selection: Selection, rows: pd.DataFrame) -> str:
    """The worse figure that concerns most children; where none is worse, the largest number
    either way. Empty where nothing can be told in numbers."""
    row = largest_row(selection, rows)
    if row is None:
        return ""
    kind = "a worse figure" if row["outcome"] == "worse" else "a difference"
    text = of.excess_words(row, selection.indicator(row["indicator_id"]))
    return f"The largest number behind {kind} is {text} ({row['period_label']})."


def largest_row(selection: Selection, rows: pd.DataFrame) -> pd.Series | None:
    """The row of that figure; None where nothing can be told in numbers."""
    out = rows[rows["stands_out"] & rows["excess"].notna()]
    worse = out[out["outcome"] == "worse"]
    chosen = worse if len(worse) else out
    # Of two figures of one size the chapter's own comes first.
    ranked = chosen.assign(
        size=chosen["excess"].abs(), own=chosen["indicator_id"].isin(selection.entry.indicators)
    ).sort_values(["size", "own"], ascending=False, kind="stable")
    for _, row in ranked.iterrows():
        if of.excess_words(row, selection.indicator(row["indicator_id"])):
            return row
    return None


def outliers(selection: Selection, limit: int = MOST) -> Block:
    """A table of what stands out, worse and getting worse first; at most `limit` rows. Empty where
    only one figure was tested: `standing_out` says all there is to say of it."""
    rows = of.outliers_of(selection)
    out = rows[rows["stands_out"]] if len(rows) > 1 else rows.head(0)
    if out.empty:
        return Block()
    caption = f"What stands out in {words.area_words(selection.area)}, worse figures first"
    left = ""
    if len(out) > limit:
        left = f"Shown: {limit} of {len(out)}; the page “What stands out” has them all."
    return _table(selection, out.head(limit), caption, (left,) if left else ())


def outlier_parts(selection: Selection) -> list[tuple[str, Block]]:
    """The tables of the page of outliers: heading and table of each part that has rows."""
    rows = of.outliers_of(selection)
    if rows.empty:
        return []
    out = rows[rows["stands_out"]]
    found = []
    for heading, priorities in _PARTS:
        mine = out[out["priority"].isin(priorities)]
        if len(mine):
            area = words.area_words(selection.area)
            caption = f"{heading}: figures of {area} that stand out"
            found.append((heading, _table(selection, mine, caption)))
    return found


def in_between(selection: Selection) -> Block:
    """The figures that were tested and do not stand out, by name."""
    rows = of.outliers_of(selection)
    rest = rows[~rows["stands_out"]] if len(rows) else rows
    if rest.empty:
        return Block()
    names = sorted(selection.indicator(i).name for i in rest["indicator_id"].unique())
    items = joined(*(tag("li", name) for name in names))
    return Block(tag("ul", items), "\n".join(f"- {name}" for name in names))


def _table(
    selection: Selection, rows: pd.DataFrame, caption: str, notes: tuple[str, ...] = ()
) -> Block:
    benchmark = of.place_words(rows.iloc[0]["benchmark_area_code"])
    columns = (
        Column("Figure", heads_row=True),
        Column("Period"),
        Column("Value", numeric=True),
        Column(words.sentence_case(benchmark), numeric=True),
        Column("Verdict"),
        Column("Recent trend"),
        Column(f"Number, against {of.possessive(benchmark)} rate", numeric=True),
    )
    cells = tuple(_row(selection, row) for _, row in rows.iterrows())
    made = Table(caption, columns, cells, notes)
    return block(made, selection.unique_id("cap-outliers"))


def _row(selection: Selection, row: pd.Series) -> tuple[str, ...]:
    indicator = selection.indicator(row["indicator_id"])
    return (
        indicator.name,
        row["period_label"],
        rounding.value_text(row["value"], indicator),
        rounding.value_text(row["benchmark_value"], indicator),
        verdict(row["outcome"], row["side"]),
        words.trend_words(row["recent_trend"]) or shown.NO_TREND,
        number_cell(row["excess"]),
    )


def number_cell(excess: float) -> str:
    """ "about 120 more", "about 40 fewer", "about the same", "cannot be told"."""
    if pd.isna(excess):
        return "cannot be told"
    if abs(excess) < 0.5:
        return "about the same"
    return f"{of.about(excess)} {'more' if excess > 0 else 'fewer'}"


def lead(selection: Selection) -> Block:
    """What is different here, and how the findings are chosen, for the head of the page."""
    note = (
        "Each latest figure with a confidence interval is tested against the benchmark of the same"
        " period. Numbers compare the count with the count that the benchmark's rate would give,"
        " and are rounded. Figures more than three years older than the newest are left out."
    )
    return stacked(standing_out(selection), Block(paragraph(note, "note"), note))


def nothing_tested(selection: Selection) -> Block:
    """What the page says where no figure could be tested."""
    area = words.area_words(selection.area)
    text = (
        f"No figure of {area} in this edition can be tested: a test needs a confidence interval and"
        " a benchmark of the same period."
    )
    if selection.area.level == "country":
        text = f"{area} is the benchmark of the other areas and is not compared with itself."
    return stacked(Block(paragraph(text), text), trends.over_time(selection))
