"""How the area stood over the years, in sentences: ranges of years beside each benchmark, and the
newest figure beside the area's own first."""

import pandas as pd

from cyp_analysis import geography, periods
from cyp_analysis.catalogue import Indicator
from cyp_analysis.present import rounding, shown, tables, words
from cyp_analysis.present.chapter_text import nothing
from cyp_analysis.present.markup import Block, paragraph, stacked, verdict
from cyp_analysis.present.narrative import join_sentences, local_first
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table

_SIDES = {
    "higher": "significantly higher",
    "lower": "significantly lower",
    "similar": "statistically similar",
}
_FEWEST = 3


def history(selection: Selection, indicator_id: str) -> Block:
    """Sentences about the years, and from three periods on the table of their verdicts."""
    indicator = selection.indicator(indicator_id)
    rows = _rows(selection, indicator_id)
    if rows.empty:
        return nothing(selection, indicator_id)
    said = join_sentences(
        *runs_sentences(rows, selection),
        change_sentence(selection, indicator, _own(rows, selection.area.code)),
        beside_sentence(selection, indicator, rows),
    )
    if not said:
        return Block()
    told = f"{indicator.name}. {said}"
    return stacked(Block(paragraph(told, "history"), told), _verdict_table(selection, indicator))


def _rows(selection: Selection, indicator_id: str) -> pd.DataFrame:
    """What the edition says of the indicator for the area and the areas that it lies in."""
    rows = selection.edition.read("histories", areas=selection.own_codes, indicators=[indicator_id])
    if selection.cut is not None:
        rows = rows[rows["last_end"] <= selection.cut]
    return rows


def _own(rows: pd.DataFrame, code: str) -> pd.Series | None:
    """The newest figure of an area against its own first."""
    found = rows[(rows["area_code"] == code) & (rows["benchmark_area_code"] == code)]
    return found.iloc[0] if len(found) else None


# --- beside benchmarks ----------------------------------------------------------------------------


def runs_sentences(rows: pd.DataFrame, selection: Selection) -> list[str]:
    """A sentence for each benchmark with two tested periods or more, the nearest first."""
    code = selection.area.code
    runs = rows[(rows["area_code"] == code) & (rows["benchmark_area_code"] != code)]
    runs = local_first(runs[runs["of_periods"] > 1])
    area = words.area_words(selection.area)
    sentences = []
    for benchmark in runs["benchmark_area_code"].unique():
        of = runs[runs["benchmark_area_code"] == benchmark].sort_values("run")
        subject = f"the figure for {area}" if not sentences else "it"
        sentences.append(_runs_sentence(of, subject, geography.area(benchmark)))
    return sentences


def _runs_sentence(runs: pd.DataFrame, subject: str, benchmark: geography.Area) -> str:
    """ "From 2006 to 2009 the figure for … was significantly higher than in England, …"."""
    first, name = runs.iloc[0], words.area_words(benchmark)
    to = "to" if first["side"] == "similar" else "than"
    than = f"{_SIDES[first['side']]} {to} that in {name}"
    if runs["side"].nunique() == 1:
        span = f"from {spoken(first, 'first')} to {spoken(runs.iloc[-1], 'last')}"
        number = int(first["of_periods"])
        text = f"in each of the {number} periods tested, {span}, {subject} was {than}"
        return f"{words.sentence_case(text)}."
    clauses = [f"{_span(first)} {subject} was {than}"]
    clauses += [f"{_span(run)} {_SIDES[run['side']]}" for _, run in runs.iloc[1:].iterrows()]
    return f"{words.sentence_case(words.join_words(clauses))}."


def _span(run: pd.Series) -> str:
    """ "from 2006 to 2009", "in 2010", "on 31 March 2021"."""
    if run["first_end"] == run["last_end"]:
        when = periods.when(run["first_start"], run["first_end"], run["first_label"])
        return when[:1].lower() + when[1:]
    return f"from {spoken(run, 'first')} to {spoken(run, 'last')}"


def spoken(row: pd.Series, end: str = "period") -> str:
    """A period within a sentence: "2016", "the 2023/24 school year", "31 March 2021"."""
    label = row[f"{end}_label"]
    when = periods.when(row[f"{end}_start"], row[f"{end}_end"], label)
    opening, _, rest = when.partition(" ")
    return label if opening == "Between" else rest


# --- beside its own first year --------------------------------------------------------------------


def change_sentence(selection: Selection, indicator: Indicator, own: pd.Series | None) -> str:
    """The newest figure against the oldest: tested in words, or why it is not."""
    if own is None:
        return ""
    area = words.area_words(selection.area)
    new, old = (rounding.value_text(own[f"{n}_value"], indicator) for n in ("last", "first"))
    if own["side"] == "not_compared":
        return (
            f"Between {spoken(own, 'first')} and {spoken(own, 'last')} the figure for {area} went"
            f" from {old} to {new}{_by(own, indicator)}; the change was not tested because the"
            " source gives neither counts nor intervals."
        )
    than = "to" if own["side"] == "similar" else "than"
    said = (
        f"The figure for {spoken(own, 'last')} ({new}) is {_SIDES[own['side']]} {than} that for"
        f" {spoken(own, 'first')} ({old}){_by(own, indicator) if own['side'] != 'similar' else ''}."
    )
    return join_sentences(said, _counts(own))


def _by(own: pd.Series, indicator: Indicator) -> str:
    """ ", a fall of 10.9 percentage points"."""
    size = rounding.half_up(abs(own["change"]), indicator.rounding)
    if own["change"] == 0 or not any(digit in size for digit in "123456789"):
        return ""
    way = "a rise" if own["change"] > 0 else "a fall"
    unit = " percentage point" if rounding.sign(indicator) else ""
    plural = "s" if unit and size != "1" else ""
    return f", {way} of {size}{unit}{plural}"


def _counts(own: pd.Series) -> str:
    """ "The count went from 15,985 to 10,000."."""
    first, last = own["first_count"], own["last_count"]
    if pd.isna(first) or pd.isna(last) or first == last:
        return ""
    return f"The count went from {rounding.count_text(first)} to {rounding.count_text(last)}."


def beside_sentence(selection: Selection, indicator: Indicator, rows: pd.DataFrame) -> str:
    """How the region or country went between the same two periods, where nothing was tested."""
    own = _own(rows, selection.area.code)
    if own is None or own["side"] != "not_compared":
        return ""
    for code in selection.own_codes[1:]:
        other = _own(rows, code)
        same = other is not None and other["first_end"] == own["first_end"]
        if same and other["last_end"] == own["last_end"]:
            name = words.sentence_case(words.area_words(geography.area(code)))
            old, new = (
                rounding.value_text(other[f"{n}_value"], indicator) for n in ("first", "last")
            )
            return f"{name} went from {old} to {new}{_by(other, indicator)}."
    return ""


# --- the table ------------------------------------------------------------------------------------


def _verdict_table(selection: Selection, indicator: Indicator) -> Block:
    """One row = one period with its verdicts; none where fewer than three are tested."""
    rows = selection.series(indicator.id).dropna(subset=["value"])
    found = [(row, local_first(selection.compared(row))) for _, row in rows.iterrows()]
    tested = [(row, c) for row, c in found if c["side"].isin(list(_SIDES)).any()]
    if len(tested) < _FEWEST:
        return Block()
    codes = list(dict.fromkeys(code for _, c in tested for code in c["benchmark_area_code"]))
    columns = (
        Column("Period", heads_row=True),
        Column(f"Value ({shown.unit_words(indicator)})", numeric=True),
        Column(shown.INTERVAL, numeric=True),
        *(Column(f"Verdict against {geography.name(code)}") for code in codes),
    )
    cells = [
        (
            row["period_label"],
            shown.value_cell(row, indicator),
            shown.interval_cell(row, indicator),
            *(_verdict(compared, code) for code in codes),
        )
        for row, compared in tested
    ]
    area = words.area_words(selection.area)
    caption = f"{indicator.name}: verdicts for {area} in each period"
    made = Table(caption, columns, tuple(cells))
    return tables.block(made, selection.unique_id(f"cap-{indicator.id}-history"))


def _verdict(compared: pd.DataFrame, code: str) -> str:
    found = compared[compared["benchmark_area_code"] == code]
    if found.empty:
        return verdict(*shown.NOT_COMPARED)
    return verdict(found.iloc[0]["outcome"], found.iloc[0]["side"])
