"""What surveys say: percentages with their bases, intervals, and tests of groups and of waves.

The figures are of no indicator, so small numbers are withheld here, before anything is compared.
"""

from collections.abc import Mapping

import pandas as pd

from cyp_analysis import catalogue, measures, paths
from cyp_analysis.build import derived
from cyp_analysis.build.surveys_safe import withheld
from cyp_analysis.build.surveys_tests import against_earlier_wave, against_rest
from cyp_analysis.build.surveys_words import COLUMNS as READ
from cyp_analysis.build.surveys_words import FIGURES, answers
from cyp_analysis.edition_tables import TABLES

ANSWERS, SAMPLE = "answers", "whole_sample"
COLUMNS = TABLES["surveys"]


def surveys(inputs: derived.Inputs) -> pd.DataFrame:
    """One row = question × answer × group × wave of an area's survey; COLUMNS."""
    known = _words()
    found = [made for table in inputs.counts if len(made := answers(table))]
    rows = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=READ)
    rows = _typed(rows)
    rows = rows[rows["percent"].notna() | rows["count"].notna()].reset_index(drop=True)
    safe = withheld(rows, inputs.catalogue.disclosure["local_small_numbers"])
    return (
        safe.pipe(add_base)
        .pipe(add_interval)
        .pipe(mark_impossible)
        .pipe(against_rest)
        .pipe(add_series, known["series"])
        .pipe(against_earlier_wave)
        .pipe(add_chapters, known["topics"])
        .reindex(columns=COLUMNS)
    )


def _words() -> dict:
    """Series and topics, from the catalogue; nothing where a project has no such file."""
    path = paths.data_dir() / "catalogue" / "surveys.yml"
    found = catalogue.read_yaml(path) if path.is_file() else {}
    return {"series": found.get("series", []), "topics": found.get("topics", {})}


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    """Numbers as such, texts empty where the file has none."""
    dates = ["period_start", "period_end", "source_published"]
    numbers = [*FIGURES, "sample"]
    texts = [n for n in READ if n not in (*dates, *numbers, "source_row")]
    typed = {name: rows[name].astype("str").where(rows[name].notna(), "") for name in texts}
    typed |= {name: rows[name].astype(float) for name in numbers}
    return rows.assign(**typed, **{name: pd.to_datetime(rows[name]) for name in dates})


def add_base(rows: pd.DataFrame) -> pd.DataFrame:
    """`base`: the answers, or the whole sample where only that is printed and all were asked."""
    sampled = rows["n"].isna() & rows["sample"].notna() & (rows["group"] == "")
    sampled &= rows["percent"].notna()
    filled = {name: rows[name].mask(sampled, rows["sample"]) for name in ("n", "effective_n")}
    base = pd.Series("", index=rows.index, dtype="str").mask(rows["n"].notna(), ANSWERS)
    return rows.assign(**filled, base=base.mask(sampled, SAMPLE))


def add_interval(rows: pd.DataFrame) -> pd.DataFrame:
    """95% limits of each percentage on its effective base, or why there are none."""
    if rows.empty:
        return rows.assign(lower=[], upper=[], interval_note=[])
    made = measures.survey_interval(rows[["percent", "effective_n"]], "percent", "effective_n")
    note = _because(rows["effective_n"].isna(), "the base was not printed").mask(
        rows["percent"].isna(), ""
    )
    return rows.assign(lower=made["lower_ci"], upper=made["upper_ci"], interval_note=note)


def mark_impossible(rows: pd.DataFrame) -> pd.DataFrame:
    """Notes the percentages that no whole number of those asked can make, such as 33% of 20."""
    step = 10.0 ** -rows["percent"].mod(1).ne(0).astype(int)
    nearest = 100 * (rows["percent"] * rows["n"] / 100).round() / rows["n"]
    weighted = rows["effective_n"] != rows["n"]
    odd = ((nearest - rows["percent"]).abs() > step / 2) & ~weighted & (rows["base"] == ANSWERS)
    percent = rows["percent"].map("{:g}".format).astype("str")
    n = rows["n"].map("{:.0f}".format).astype("str")
    told = percent + "% of " + n + " is no whole number of people"
    return rows.assign(note=rows["note"].mask(odd, told))


def _because(where: pd.Series, why: str) -> pd.Series:
    return pd.Series("", index=where.index, dtype="str").mask(where, why)


def add_series(rows: pd.DataFrame, series: list[Mapping]) -> pd.DataFrame:
    """`series`: the name under which waves of one survey belong together."""
    named = {survey: entry["name"] for entry in series for survey in entry["surveys"]}
    return rows.assign(series=rows["survey"].map(named).fillna(rows["survey"]).astype("str"))


def add_chapters(rows: pd.DataFrame, topics: Mapping[str, list[str]]) -> pd.DataFrame:
    """`chapters`: ids, apart by a space, of the chapters whose words a result holds."""
    said = (" " + rows[["survey", "question", "response", "group_type", "group"]]).sum(axis=1)
    chapters = pd.Series("", index=rows.index, dtype="str")
    for chapter, words in topics.items():
        pattern = r"(?<!\w)(?:" + "|".join(map(str, words)) + ")"
        holds = said.astype("str").str.contains(pattern, case=False, regex=True)
        chapters = chapters + pd.Series(f" {chapter}", index=rows.index).where(holds, "")
    return rows.assign(chapters=chapters.str.strip())
