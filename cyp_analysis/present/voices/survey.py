"""Every survey of an area: a chart of the newest wave, and a table of each with its tests."""

from types import SimpleNamespace

import pandas as pd

from cyp_analysis.present import credits, rounding, shown, tables, words
from cyp_analysis.present.alt_text import fitted
from cyp_analysis.present.figures import Figure, block
from cyp_analysis.present.markup import Block, no_data, stacked, verdict
from cyp_analysis.present.selection import Selection
from cyp_analysis.present.tables import Column, Table
from cyp_analysis.present.voices.answers import percent_text, survey_rows

_MOST, _FEWEST = 12, 3
_PERCENT = SimpleNamespace(rounding=0, unit="%")  # what a chart asks of an indicator
_WAVE = ["survey", "period_label"]


def survey(selection: Selection) -> Block:
    """A chart of the newest wave with three results or more, then a table for each survey."""
    rows = survey_rows(selection)
    if rows.empty:
        area = words.area_words(selection.area)
        return no_data(f"This edition holds no survey of {area}.", [_HOW])
    ordered = rows.sort_values("period_end", ascending=False, kind="stable", na_position="last")
    waves = [wave for _, wave in ordered.groupby(_WAVE, sort=False)]
    shown_waves = [wave for wave in waves if wave["percent"].notna().any()]
    parts = [_of_wave(selection, wave) for wave in shown_waves]
    return stacked(_chart(selection, shown_waves), *parts)


_HOW = (
    "Save its results as a CSV with the columns question and percent, and n wherever it is known;"
    " docs/local_returns.md shows one."
)


# --- chart ----------------------------------------------------------------------------------------


def _chart(selection: Selection, waves: list[pd.DataFrame]) -> Block:
    """The whole sample's answers of the newest wave that has enough of them."""
    for wave in waves:
        whole = wave[(wave["group"] == "") & wave["percent"].notna()]
        if len(whole) >= _FEWEST:
            return block(_figure(selection, whole.head(_MOST)))
    return Block()


def _figure(selection: Selection, rows: pd.DataFrame) -> Figure:
    from cyp_analysis.present import chart_bars

    rows = rows.sort_values("percent", ascending=False, kind="stable")
    bars = pd.DataFrame(
        {
            "label": [_label(row) for _, row in rows.iterrows()],
            "value": rows["percent"].to_numpy(),
            "lower": rows["lower"].to_numpy(),
            "upper": rows["upper"].to_numpy(),
            "text": [percent_text(value) for value in rows["percent"]],
            "symbol": "",
            "is_area": True,
        }
    )
    first = rows.iloc[0]
    figure_id = selection.unique_id("fig-survey")
    name = _name(first)
    clauses = [f"{row['label']} {row['text']}" for _, row in bars.iterrows()]
    alt = fitted(name, clauses)
    return Figure(
        id=figure_id,
        title=f"{percent_text(first['percent'])}, the most, for “{_label(first)}”",
        subtitle=_subtitle(rows, selection),
        picture=chart_bars.bar_chart(bars, [], _PERCENT, figure_id, alt),
        alt=alt,
        table=_table(rows, f"{name}: as drawn"),
        source=credits.source_line(selection, rows.assign(value=rows["percent"])),
    )


def _label(row: pd.Series) -> str:
    """ "Top safety concerns: gangs"."""
    return f"{row['question']}: {row['response']}" if row["response"] else row["question"]


def _name(row: pd.Series) -> str:
    when = row["period_label"] or "date not printed"
    return f"{row['survey'] or 'Survey'}, {when}"


def _subtitle(rows: pd.DataFrame, selection: Selection) -> str:
    first = rows.iloc[0]
    asked = first["population"] or f"people asked in {words.area_words(selection.area)}"
    told = f"{_name(first)}, % of {asked}."
    if rows["lower"].notna().any():
        return f"{told} Thin lines: 95% confidence intervals{_assumed(rows)}."
    return f"{told} The base was not printed, so there is no interval."


def _assumed(rows: pd.DataFrame) -> str:
    sampled = rows[rows["base"] == "whole_sample"]
    if sampled.empty:
        return ""
    return f", if all {rounding.count_text(sampled['n'].iloc[0])} of the sample answered"


# --- tables ---------------------------------------------------------------------------------------


def _of_wave(selection: Selection, wave: pd.DataFrame) -> Block:
    first = wave.iloc[0]
    about = "; ".join(part for part in (first["population"], first["fieldwork"]) if part)
    caption = f"{_name(first)}{f' ({about})' if about else ''}"
    made = _table(wave, caption)
    source = credits.source_line(selection, wave.assign(value=wave["percent"]))
    made = Table(made.caption, made.columns, made.rows, made.notes, source)
    return tables.block(made, selection.unique_id("cap-survey"))


def _table(rows: pd.DataFrame, caption: str) -> Table:
    """One row = one answer of one group; columns that say nothing are left out."""
    grouped = (rows["group"] != "").any()
    waved = rows["earlier_percent"].notna().any()
    claimed = (rows["direction"] != "").any()
    columns = [Column("Question and answer", heads_row=True)]
    columns += [Column("Group")] if grouped else []
    columns += [Column("%", numeric=True), Column(shown.INTERVAL, numeric=True)]
    columns += [Column("Base", numeric=True)]
    columns += [Column("Against everyone else")] if grouped else []
    columns += [Column("Against the wave before")] if waved else []
    columns += [Column("What the document says")] if claimed else []
    cells = []
    for _, row in rows.iterrows():
        line = [_label(row)]
        line += [row["group"] or "All asked"] if grouped else []
        line += [_percent(row), _interval(row), _base(row)]
        line += [_side(row, "rest")] if grouped else []
        line += [_wave(row)] if waved else []
        line += [_claim(row)] if claimed else []
        cells.append(tuple(line))
    return Table(caption, tuple(columns), tuple(cells), _notes(rows))


def _percent(row: pd.Series) -> str:
    if pd.isna(row["percent"]):
        return words.missing_text(row["note"])
    return percent_text(row["percent"]).removesuffix("%")


def _interval(row: pd.Series) -> str:
    ends = [rounding.half_up(row[e], 1) for e in ("lower", "upper") if pd.notna(row[e])]
    return " to ".join(ends) or shown.NO_INTERVAL


def _base(row: pd.Series) -> str:
    if pd.isna(row["n"]):
        return "withheld" if pd.isna(row["percent"]) else "not printed"
    base = rounding.count_text(row["n"])
    return f"{base} (whole sample)" if row["base"] == "whole_sample" else base


def _side(row: pd.Series, prefix: str) -> str:
    side = row[f"{prefix}_side"]
    if not row["group"]:
        return ""
    return verdict(side, side) if side in words.SYMBOLS else ""


def _wave(row: pd.Series) -> str:
    if pd.isna(row["earlier_percent"]):
        return ""
    then = f"{percent_text(row['earlier_percent'])} in {row['earlier_label']}"
    said = {"higher": "significantly higher", "lower": "significantly lower"}
    side = said.get(row["wave_side"], row["wave_side"].replace("_", " "))
    side = "not tested" if row["wave_side"] == "not_compared" else side
    return f"{then}: {side}"


def _claim(row: pd.Series) -> str:
    if not row["direction"]:
        return ""
    against = f" than {row['comparator']}" if row["comparator"] else ""
    against = against.replace(" than", " to", 1) if row["direction"] == "similar" else against
    return f"{words.sentence_case(row['direction'])}{against}"


def _notes(rows: pd.DataFrame) -> tuple[str, ...]:
    notes = []
    if (rows["base"] == "whole_sample").any():
        notes.append(
            "Only the size of the whole sample is printed: the interval supposes that everyone in"
            " it answered the question."
        )
    odd = rows[rows["note"].str.contains("no whole number of people")]
    notes += [f"{_label(row)}: {row['note']}." for _, row in odd.iterrows()]
    if rows["lower"].isna().any() and rows["n"].isna().any() and rows["percent"].notna().any():
        notes.append("Where the base was not printed there is no interval and no test.")
    return tuple(notes)


# --- who was asked --------------------------------------------------------------------------------


def consultations(selection: Selection) -> Block:
    """One row = one survey or consultation: when, who was asked, how many answered."""
    rows = survey_rows(selection)
    if rows.empty:
        return Block()
    ordered = rows.sort_values("period_end", ascending=False, kind="stable", na_position="last")
    columns = (
        Column("Survey or consultation", heads_row=True),
        Column("When"),
        Column("Who was asked"),
        Column("How many took part", numeric=True),
        Column("Results shown", numeric=True),
    )
    waves = [wave for _, wave in ordered.groupby(_WAVE, sort=False)]
    cells = tuple(_asked(wave) for wave in waves)
    made = Table("Who was asked, and how many took part", columns, cells)
    return tables.block(made, selection.unique_id("cap-consultations"))


def _absent(wave: pd.DataFrame) -> str:
    """Why it is not said how many took part."""
    return "withheld" if wave["note"].map(words.known_letter).eq("c").all() else "not printed"


def _asked(wave: pd.DataFrame) -> tuple[str, ...]:
    first = wave.iloc[0]
    numbers = wave.loc[wave["group"] == "", ["n", "count"]]
    number = numbers["n"].max()
    # A ballot is printed as its votes and nothing else.
    number = numbers["count"].max() if pd.isna(number) and wave["percent"].isna().all() else number
    return (
        first["survey"] or "Survey",
        first["fieldwork"] or first["period_label"] or "not printed",
        first["population"] or "not printed",
        rounding.count_text(number) if pd.notna(number) else _absent(wave),
        rounding.half_up(int(wave["percent"].notna().sum()), 0),
    )
