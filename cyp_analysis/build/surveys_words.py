"""The words of a survey that a count table has no room for: survey, question, answer, group, who
was asked, and what the document says of an earlier wave."""

import pandas as pd

from cyp_analysis.loaders import CountTable, layout, symbols
from cyp_analysis.loaders.local.periods import area_codes
from cyp_analysis.loaders.local.survey_design import design_of
from cyp_analysis.loaders.local.template import is_total, measure_names

RESULTS, RESPONSES = "local_survey", "local_responses"
_GIVEN = ["survey", "question", "response", "population", "fieldwork", "direction", "comparator"]
WORDS = [*_GIVEN, "group_type", "group", "sample"]
_BASES = r"unweighted base (?P<n>[\d,]+); effective base (?P<effective_n>[\d,.]+)"
_UNDATED = r"left out: period `.*` cannot be read"
FIGURES = ["count", "percent", "n", "weighted_n", "effective_n"]
_KEPT = ["area_code", "period_start", "period_end", "period_label", *FIGURES, "note"]
SOURCE = ["source_id", "source_published", "source_row", "source_file"]
COLUMNS = [*_KEPT, *WORDS, *SOURCE]


def answers(table: CountTable) -> pd.DataFrame:
    """One row = question × answer × group × wave of a survey, with its words and its bases; none
    for a table that is no survey's."""
    made = _READ.get(table.source.reader, _no_answers)(table)
    return made.reindex(columns=COLUMNS)


def _no_answers(table: CountTable) -> pd.DataFrame:
    return pd.DataFrame(columns=COLUMNS)


def _figures(rows: pd.DataFrame) -> pd.DataFrame:
    """Count rows under the names of a survey's table."""
    named = rows.rename(columns={"value": "percent", "value_note": "note"})
    return named.assign(n=rows["denominator"], weighted_n=rows["denominator"])


# --- results, as a table --------------------------------------------------------------------------


def _of_results(table: CountTable) -> pd.DataFrame:
    rows = _figures(table.rows).assign(effective_n=table.rows["denominator"])
    words = _written(table)
    key = ["source_row", "measure"]
    joined = rows.merge(words[[*key, *WORDS]], on=key, how="left", validate="many_to_one")
    undated = _undated(table, words)
    return joined if undated.empty else pd.concat([joined, undated], ignore_index=True)


def _written(table: CountTable) -> pd.DataFrame:
    """The file's own texts, one row a row of the file."""
    asked = [*_GIVEN, "subgroup_type", "subgroup", "sample_n", "area", "percent", "n", "flag"]
    raws = layout.open_tables(table.path, table.source, asked)
    rows = pd.concat([raw.rows for raw in raws], ignore_index=True)
    rows = rows.assign(**{name: "" for name in asked if name not in rows})
    whole = is_total(rows["subgroup"])
    return rows.assign(
        measure=measure_names((rows["survey"] + " " + rows["question"]).str.strip()),
        group=rows["subgroup"].mask(whole, ""),
        group_type=rows["subgroup_type"].mask(whole, ""),
        sample=symbols.parse_numbers(rows["sample_n"])["number"],
    ).drop_duplicates(["source_row", "measure"])


def _undated(table: CountTable, words: pd.DataFrame) -> pd.DataFrame:
    """Results whose wave is not printed: they have a figure and no date."""
    told = table.problems
    left_out = told.loc[told["problem"].str.fullmatch(_UNDATED), "source_row"]
    rows = words[words["source_row"].isin(left_out)]
    base = symbols.parse_numbers(rows["n"])["number"]
    found = rows.assign(
        area_code=area_codes(rows["area"], table.source.area),
        percent=symbols.parse_numbers(rows["percent"])["number"],
        count=float("nan"),
        **dict.fromkeys(["n", "weighted_n", "effective_n"], base),
        period_label="",
        note=rows["flag"],
        source_id=table.source.id,
        source_file=table.rows["source_file"].iloc[0],
        source_published=table.rows["source_published"].iloc[0],
    )
    return found[(found["area_code"] != "") & found["percent"].notna()]


# --- answers of respondents -----------------------------------------------------------------------


def _of_responses(table: CountTable) -> pd.DataFrame:
    design = design_of(table.path, table.source)
    labels = pd.Series([asked.label for asked in design.questions.values()], dtype="str")
    names = measure_names((f"{design.survey} " + labels).str.strip())
    rows = _figures(table.rows)
    bases = rows["note"].str.extract(_BASES).apply(lambda texts: texts.str.replace(",", ""))
    parted = rows["category_type"].str.contains(" | ", regex=False)
    answer = rows["category"].str.rsplit(" | ", n=1)
    by_sex = rows["sex"] != "persons"
    kind = rows["category_type"].str.split(" | ", regex=False).str[-1]
    return rows.assign(
        survey=design.survey,
        question=rows["measure"].map(dict(zip(names, labels, strict=True))),
        response=rows["category"].mask(parted, answer.str[0]),
        group=answer.str[-1].where(parted, rows["sex"].where(by_sex, "")),
        group_type=kind.where(parted, "").mask(by_sex, "sex"),
        n=bases["n"].astype(float),
        effective_n=bases["effective_n"].astype(float),
        note="",
    )


_READ = {RESULTS: _of_results, RESPONSES: _of_responses}
