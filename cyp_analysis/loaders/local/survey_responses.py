"""A survey as it was answered, one row a respondent, with weights → count table.

Only the columns that the design beside the file names are used. No respondent's number, no words
of an open answer and no cell of the file is in a table, problem or error that comes from here.
"""

from pathlib import Path

import pandas as pd

from cyp_analysis import geography, periods
from cyp_analysis.catalogue import Source
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import headers, layout, symbols
from cyp_analysis.loaders.local.extract_tables import listed, quietly
from cyp_analysis.loaders.local.periods import read_periods
from cyp_analysis.loaders.local.survey_design import NO_ANSWER, Asked, Design, design_of
from cyp_analysis.loaders.local.template import measure_names, no_area
from cyp_analysis.loaders.table import SEX, CountTable, Draft, count_table, problem_table

_MOST_ANSWERS, _LONGEST, _SHARED_BY = 20, 60, 3
_NOTE = "unweighted base {n:,}; effective base {effective:,.0f}; local count: not for publication "
_NOTE += "before disclosure control"
Told = list[tuple[int, str]]


def read_responses(path: Path, source: Source) -> CountTable:
    """Answers of respondents → a row for each question, answer and subgroup of each wave.

    `count` is the weighted number who gave the answer, `denominator` the weighted number who gave
    any, `value` the percentage; the note has the unweighted base and Kish's effective base,
    (sum of weights)² ÷ sum of squared weights. Blanks, don't-knows and answers that the design
    does not list are out of the base, told. CatalogueError without a design, SourceError where
    no question can be counted.
    """
    path = Path(path)
    design = design_of(path, source)
    area = source.area or design.area
    if not area:
        raise no_area(path)
    made, told = quietly(path, lambda: _counted(path, source, design))
    if made.empty:
        rule = "must have answers to the questions of its design"
        raise SourceError(path, rule, _reasons(told), "Correct the design beside the file.")
    made = made.assign(area_code=geography.area(area).code, source_row=1, age=design.age)
    return count_table(Draft(made, problem_table(told)), path, source)


def _reasons(told: Told) -> str:
    return "; ".join(why for _, why in told[:4]) or "no answers"


def _counted(path: Path, source: Source, design: Design) -> tuple[pd.DataFrame, Told]:
    """Counts of every wave, with the problems."""
    rows, told = _respondents(path, source, design)
    groups = {
        subgroup.label: _answers(rows, (column, subgroup), told)
        for column, subgroup in design.subgroups.items()
    }
    parts = []
    for column, asked in design.questions.items():
        answers = _answers(rows, (column, asked), told)
        if answers is not None:
            answered = rows.assign(answer=answers)[answers != ""]
            parts.append(_each_group(answered, asked, groups, design.survey))
    made = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return made, list(dict.fromkeys(told))


def _respondents(path: Path, source: Source, design: Design) -> tuple[pd.DataFrame, Told]:
    """One row a respondent: weight, period and the columns of the design, nothing else."""
    raw = layout.open_tables(path, source, ("weight", "wave"))[0]
    named = headers.by_key(raw.rows.columns)
    asked = [*design.questions, *design.subgroups]
    found = {name: named[headers.key(name)] for name in asked if headers.key(name) in named}
    rows = raw.rows[["source_row"]].assign(**{n: raw.rows[own] for n, own in found.items()})
    told = [(1, f"no column `{name}`") for name in asked if name not in found]
    weight_column = named.get(headers.key(design.weight or "weight"), "weight")
    weight = symbols.parse_numbers(raw.rows[weight_column])["number"]
    bad = weight.isna() | (weight < 0)
    if bad.any():
        where = listed(raw.rows.loc[bad, "source_row"].to_numpy())
        told.append((1, f"{where} left out: the weight is blank, below zero or no number"))
    rows = pd.concat([rows.assign(weight=weight), _waves(raw.rows, design)], axis=1)[~bad]
    undated = rows["period_end"].isna()
    if undated.any():
        where = listed(rows.loc[undated, "source_row"].to_numpy())
        told.append((1, f"{where} left out: the wave cannot be read"))
    return rows[~undated], told


def _waves(rows: pd.DataFrame, design: Design) -> pd.DataFrame:
    """The period of each respondent: the design's, else the wave; days of interviews are one
    wave, of the months that they fall in."""
    if design.wave or "wave" not in rows:
        text = pd.Series(design.wave, index=rows.index, dtype="str")
    else:
        text = rows["wave"]
    when, _ = read_periods(text, pd.Series("", index=rows.index, dtype="str"))
    days = when["period_start"] == when["period_end"]
    if days.any() and days[when["period_end"].notna()].all():
        first, last = when["period_start"].min(), when["period_end"].max()
        run = pd.Series(f"{first:%Y-%m}/{last:%Y-%m}", index=rows.index).where(days, "")
        return periods.parse_all(run, strict=False)
    return when


def _answers(rows: pd.DataFrame, part: tuple[str, Asked], told: Told) -> pd.Series | None:
    """The words of each answer, blank for none; None, told, where the column cannot be counted."""
    column, asked = part
    if column not in rows:
        return None
    text = rows[column].str.strip().str.removesuffix(".0")
    labels = {code.casefold(): words for code, words in asked.answers.items()}
    labels |= {words.casefold(): words for words in asked.answers.values()}
    out = {word.casefold() for word in (*NO_ANSWER, *asked.leave_out)}
    if asked.answers:
        answer = text.str.casefold().map(labels).astype("str").fillna("")
    elif _is_open(text[(text != "") & ~text.str.casefold().isin(out)]):
        told.append((1, f"`{column}` not counted: it looks like open answers; list its `answers`"))
        return None
    else:
        answer = text
    none = text.str.casefold().isin(out) | answer.str.casefold().isin(out)
    others = ((answer == "") & (text != "") & ~none).sum()
    blank = (text == "").sum()
    counts = {"blank": blank, "don't know or none": none.sum(), "not among its answers": others}
    left = [f"{number} {what}" for what, number in counts.items() if number]
    if left:
        told.append((1, f"`{column}`: left out of the base: {', '.join(left)}"))
    return answer.mask(none, "")


def _is_open(text: pd.Series) -> bool:
    """Whether answers are words of the respondents' own: many, long, or hardly any shared."""
    different = text.nunique()
    return (
        different > _MOST_ANSWERS
        or text.str.len().max() > _LONGEST
        or len(text) < _SHARED_BY * different
    )


def _each_group(rows: pd.DataFrame, asked: Asked, groups: dict, survey: str) -> pd.DataFrame:
    """Counts of one question for all respondents and for each subgroup, wave by wave."""
    measure = pd.Series([f"{survey} {asked.label}".strip()])
    parts = [_shares(rows.assign(group=""), asked).assign(group_type="")]
    for label, of_all in groups.items():
        if of_all is not None:
            mine = of_all[rows.index]
            shares = _shares(rows.assign(group=mine)[mine != ""], asked)
            parts.append(shares.assign(group_type=label))
    made = pd.concat(parts, ignore_index=True)
    return _labelled(made).assign(measure=measure_names(measure).iloc[0])


def _shares(rows: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Weighted number, base and percentage of each answer in each group and wave."""
    keys = ["period_start", "period_end", "period_label", "group"]
    squared = rows.assign(square=rows["weight"] ** 2, one=(rows["weight"] > 0).astype(int))
    base = squared.groupby(keys)[["weight", "square", "one"]].sum().reset_index()
    base = base[base["weight"] > 0]
    counted = [rows]
    if asked.agree:
        agree = {asked.answers.get(code, code).casefold() for code in asked.agree}
        counted.append(rows[rows["answer"].str.casefold().isin(agree)].assign(answer="agree"))
    given = pd.concat(counted).groupby([*keys, "answer"])["weight"].sum().rename("count")
    made = base.merge(given.reset_index(), on=keys, validate="one_to_many")
    effective = made["weight"] ** 2 / made["square"]
    notes = [
        _NOTE.format(n=n, effective=kish) for n, kish in zip(made["one"], effective, strict=True)
    ]
    return made.assign(
        denominator=made["weight"],
        value=100 * made["count"] / made["weight"],
        value_note=pd.Series(notes, index=made.index, dtype="str"),
    ).drop(columns=["weight", "square", "one"])


def _labelled(made: pd.DataFrame) -> pd.DataFrame:
    """Answer and group as category; a group that is a sex as `sex`."""
    sex = made["group"].str.casefold().map(SEX).astype("str").where(made["group"] != "", "persons")
    by_sex = sex.isin(["male", "female"])
    shown = (made["group"] != "") & ~by_sex
    return made.assign(
        sex=sex.where(by_sex, "persons"),
        category_type="response" + (" | " + made["group_type"]).where(shown, ""),
        category=made["answer"] + (" | " + made["group"]).where(shown, ""),
        period_text=made["period_label"],
    ).drop(columns=["group", "group_type", "answer"])
