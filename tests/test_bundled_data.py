"""The figures that ship with the project: complete, hashed, keyed, and free of copied sentences."""

import ast
import csv
import hashlib
import math
import operator
import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data" / "raw"
CATALOGUE = ROOT / "data" / "catalogue"
BUNDLED = [
    "barnet_child_poverty_ranking_2016",
    "barnet_children_young_people_plan_2013",
    "barnet_children_young_people_plan_2023",
    "barnet_health_wellbeing_board_2019_01",
    "barnet_life_chances_action_plan_2021",
    "barnet_life_chances_strategy_2020",
]
BOARD = "barnet_health_wellbeing_board_2019_01"
RANKING = "barnet_child_poverty_ranking_2016"
KEY = ["measure", "area_code", "period", "sex", "age", "category_type", "category"]
PERIOD_TYPES = {
    "at_date",
    "month",
    "quarter",
    "year_to_date",
    "calendar_year",
    "financial_year",
    "range",
    "not_stated",
}
LABELS = ["label", "theme_label", "objective_label", "priority_label", "aspiration", "question"]
PERSONAL = re.compile(r"(^|_)(owner|lead|officer|director|author|by_whom|contact|person)(_|$)")
NOTES = {"data_comment", "note", "update", "impact", "controls", "evidence", "significance"}


def passport(source_id: str) -> dict:
    return yaml.safe_load((CATALOGUE / "sources" / f"{source_id}.yml").read_text("utf-8"))


def table(source_id: str, name: str) -> pd.DataFrame:
    [path] = (RAW / source_id).glob(f"*/{name}")
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def every_file() -> list[Path]:
    return sorted(path for source in BUNDLED for path in (RAW / source).glob("*/*"))


def tables_named(name: str) -> pd.DataFrame:
    paths = [path for path in every_file() if path.name == name]
    return pd.concat([pd.read_csv(p, dtype=str, keep_default_na=False) for p in paths])


def number(text: pd.Series) -> pd.Series:
    return pd.to_numeric(text.where(text != ""))


def indicator(path: Path) -> dict:
    return yaml.safe_load(path.read_text("utf-8"))


INDICATORS = {
    path.stem: indicator(path)
    for path in sorted((CATALOGUE / "indicators").glob("*.yml"))
    if path.stem.startswith(("local_", "children_in_low_income_families"))
}


# --- passports and hashes -------------------------------------------------------------------


@pytest.mark.parametrize("source_id", BUNDLED)
def test_every_file_is_in_its_passport_and_unchanged(source_id):
    listed = passport(source_id)["files"]
    found = {
        path.relative_to(RAW / source_id).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (RAW / source_id).rglob("*.*")
    }
    assert found == listed


@pytest.mark.parametrize("source_id", BUNDLED)
def test_passport_says_where_the_date_comes_from(source_id):
    source = passport(source_id)
    [folder] = {Path(name).parts[0] for name in source["files"]}
    assert str(source["published"]) == folder
    assert source["published_note"] and source["publisher"] == "London Borough of Barnet"
    assert source["reader"] == "transcribed"


@pytest.mark.parametrize("source_id", BUNDLED)
def test_header_signature_is_in_the_figures(source_id):
    assert set(passport(source_id)["header"]) <= set(table(source_id, "figures.csv"))


# --- figures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("source_id", BUNDLED)
def test_one_row_for_each_key(source_id):
    figures = table(source_id, "figures.csv")
    assert not figures.duplicated(KEY).any()
    assert figures["figure_id"].is_unique


def test_one_row_for_each_key_of_a_dataset():
    frames = [table(s, "figures.csv")[KEY].assign(dataset=passport(s)["dataset"]) for s in BUNDLED]
    figures = pd.concat(frames)
    located = figures[figures["area_code"] != ""]
    assert not located.duplicated().any()


@pytest.mark.parametrize("source_id", BUNDLED)
def test_numbers_are_numbers_and_period_types_are_known(source_id):
    figures = table(source_id, "figures.csv")
    for name in ("count", "denominator", "value"):
        number(figures[name])
    assert set(figures["period_type"]) <= PERIOD_TYPES
    assert set(figures["sex"]) <= {"persons", "male", "female"}
    assert (figures["line"] != "").all()
    assert figures["area_code"].str.fullmatch(r"([EK]\d{8})?").all()


def test_ranking_table_is_whole():
    figures = table(RANKING, "figures.csv").query("measure == 'POV01' and period == '2016'")
    assert len(figures) == 35
    boroughs = figures[figures["area_code"].str.startswith("E09")]
    assert len(boroughs) == 33
    assert number(boroughs["count"]).sum() == 307_705  # the printed London total is 307,710
    assert (figures["published_trend"] == "decreasing").all()


@pytest.mark.parametrize(
    "area_code, count, value",
    [
        ("E09000003", 10_000, 14.0),
        ("E12000007", 307_710, 18.8),
        ("E92000001", 1_707_835, 17.0),
        ("E09000019", 9_840, 30.6),
    ],
)
def test_published_child_poverty(area_code, count, value):
    figures = table(RANKING, "figures.csv").query("period == '2016'").set_index("area_code")
    row = figures.loc[area_code]
    assert (float(row["count"]), float(row["value"])) == (count, value)


def test_area_is_twenty_fifth_of_thirty_three():
    figures = table(RANKING, "figures.csv").query("period == '2016'")
    boroughs = figures[figures["area_code"].str.startswith("E09")].set_index("area_code")
    values = number(boroughs["value"])
    assert (values > values["E09000003"]).sum() + 1 == 25


@pytest.mark.parametrize(
    "measure, period, column, expected",
    [
        ("CP01", "2018-09-30", "count", 189),
        ("CP03", "2018-09-30", "value", 19.5),
        ("CIC01", "2018-09-30", "count", 327),
        ("CIC03", "2018-09-30", "value", 33.7),
        ("REF01", "2018-04/2018-09", "count", 1721),
        ("REF02", "2018-04/2018-09", "value", 177.6),
        ("CL01", "2018-09-30", "count", 245),
        ("MASH01", "2018-04/2018-09", "count", 8144),
    ],
)
def test_published_dashboard_figures(measure, period, column, expected):
    figures = table(BOARD, "figures.csv").query("area_code == 'E09000003' and category == ''")
    [cell] = figures.loc[(figures["measure"] == measure) & (figures["period"] == period), column]
    assert float(cell) == expected


def test_printed_percentages_follow_from_count_and_denominator():
    figures = table(BOARD, "figures.csv")
    count, base, value = (number(figures[c]) for c in ("count", "denominator", "value"))
    percent = figures["value_as_printed"].str.fullmatch(r"\d+(\.\d+)?%") & ~figures[
        "flag"
    ].str.contains("denominator_not_current|truncated_not_rounded")
    decimals = figures["value_as_printed"].str.extract(r"\.(\d+)%")[0].str.len().fillna(0)
    checked = percent & count.notna() & base.notna()
    off = (100 * count / base - value).abs() > 0.5 * 10.0**-decimals + 1e-9
    assert checked.sum() > 400
    assert not (off & checked).any()


# --- labels and privacy -----------------------------------------------------------------------


@pytest.mark.parametrize("path", every_file(), ids=lambda p: f"{p.parts[-3]}/{p.name}")
def test_no_personal_columns_and_no_copied_notes(path):
    with path.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    assert not [c for c in columns if PERSONAL.search(c)]
    assert not NOTES & set(columns)
    assert "source_doc" not in columns


@pytest.mark.parametrize("path", every_file(), ids=lambda p: f"{p.parts[-3]}/{p.name}")
def test_no_cell_holds_a_sentence(path):
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    free_text = [
        c
        for c in rows
        if c not in {"numerator", "line", "lines", "responsible", "monitored_by", "previous_ids"}
    ]
    words = pd.concat([rows[c].str.split().str.len() for c in free_text])
    assert words.max() <= 16
    labels = [c for c in LABELS if c in rows]
    for name in labels:
        limit = 12 if path.name == "printed_arithmetic.csv" else 8
        assert rows[name].str.split().str.len().max() <= limit
    assert not any(rows[c].str.contains(r"[a-z]\. [A-Z]").any() for c in labels)


@pytest.mark.parametrize(
    "name, rows",
    [
        ("strategy_actions.csv", 42),
        ("progress_2016_2020.csv", 17),
        ("action_tracker.csv", 63),
        ("improvement_plan.csv", 57),
        ("draft_plan_2019_actions.csv", 74),
        ("plan_objectives.csv", 115),
        ("success_measures.csv", 51),
        ("risk_register.csv", 9),
        ("eating_disorder_priorities.csv", 12),
        ("public_health_savings.csv", 40),
        ("family_friendly_index.csv", 25),
        ("survey_results.csv", 45),
        ("age_distributions.csv", 128),
        ("measure_list.csv", 343),
    ],
)
def test_every_row_of_the_documents_tables_is_carried_over(name, rows):
    assert len(tables_named(name)) == rows


def test_improvement_plan_ratings_and_savings_add_up():
    plan = table(BOARD, "improvement_plan.csv")
    assert plan["rag"].value_counts().to_dict() == {"G": 51, "A": 6}
    savings = table(BOARD, "public_health_savings.csv").query("year == 'All years'")
    amounts = number(savings["saving_gbp_thousand"])
    parts = amounts[savings["line_ref"] != "Total"].sum()
    [total] = amounts[savings["group"] == "Overall"]
    assert parts == total == -2568


def test_plan_objectives_have_nineteen_ids():
    plan = tables_named("plan_objectives.csv")
    assert plan["objective_id"].nunique() == 19
    used = {indicator["tags"].get("plan_objective", "") for indicator in INDICATORS.values()}
    used -= {""}
    assert used <= set(plan["objective_id"])


# --- printed arithmetic -----------------------------------------------------------------------

SPECIAL = {"rank", "rag", "significance"}


OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def value_of(expression: str) -> float:
    """The value of an expression of plain numbers, + - * / and brackets."""

    def walk(node: ast.expr) -> float:
        if isinstance(node, ast.Constant):
            return float(node.value)
        assert isinstance(node, ast.BinOp), expression
        return OPERATORS[type(node.op)](walk(node.left), walk(node.right))

    return walk(ast.parse(expression, mode="eval").body)


def recomputed(check: dict, prefix: str = "") -> float:
    top = value_of(check[f"{prefix}numerator"])
    base = check[f"{prefix}denominator"]
    return float(check[f"{prefix}multiplier"]) * top / (value_of(base) if base else 1)


def checks() -> list[dict]:
    return tables_named("printed_arithmetic.csv").to_dict("records")


def test_there_are_639_checks_with_unique_ids():
    ids = [check["check_id"] for check in checks()]
    assert len(ids) == len(set(ids)) == 639


def can_be_evaluated(check: dict) -> bool:
    return bool(check["numerator"]) and check["rule"] not in SPECIAL


def agrees(check: dict, prefix: str = "") -> bool:
    value = recomputed(check, prefix)
    expected = check[f"{prefix}expected"]
    if not expected:  # the document's rounding leaves a range
        return float(check["expected_low"]) - 1 <= value <= float(check["expected_high"]) + 1
    decimals = len(expected.partition(".")[2])
    return math.isclose(value, float(expected), abs_tol=0.5 * 10**-decimals + 1e-9)


def test_printed_arithmetic_evaluates_to_the_recomputed_value():
    evaluated = [check for check in checks() if can_be_evaluated(check)]
    assert len(evaluated) == 634
    assert [c["check_id"] for c in evaluated if not agrees(c)] == []
    second = [check for check in evaluated if check["second_numerator"]]
    assert [c["check_id"] for c in second if not agrees(c, "second_")] == []


def test_the_documents_own_slips_are_kept():
    by_id = {check["check_id"]: check for check in checks()}
    visits, rise = by_id["CK0510"], by_id["CK0538"]
    assert (visits["printed"], visits["expected"]) == ("(10.2%)", "-9.26")
    assert (rise["printed"], rise["expected"]) == ("32.7%", "30.7")
    assert rise["expected_result"] == "mismatch"


# --- targets and indicators -------------------------------------------------------------------


def targets() -> pd.DataFrame:
    return pd.read_csv(CATALOGUE / "targets.csv", dtype=str, keep_default_na=False)


def test_every_tile_has_an_indicator():
    tiles = targets()
    assert len(tiles) == 22
    assert set(tiles["indicator_id"]) <= set(INDICATORS)
    assert not tiles.duplicated(["indicator_id", "area_code", "period_end"]).any()


def test_monitored_tiles_have_no_target():
    tiles = targets()
    assert ((tiles["target_value"] == "") == (tiles["monitor_only"] == "true")).all()
    assert (tiles["monitor_only"] == "true").sum() == 9


def test_printed_variance_is_of_the_target_but_for_one_tile():
    tiles = targets().query("printed_variance != '' and target_value != '0'")
    exact = 100 * number(tiles["exact_numerator"]) / number(tiles["exact_denominator"])
    latest = exact.fillna(number(tiles["printed_latest"]))
    target = number(tiles["target_value"])
    variance = 100 * (latest - target) / target
    # Half a unit of the printed decimal.
    wrong = (variance - number(tiles["printed_variance"])).abs() > 0.05 + 1e-9
    assert tiles.loc[wrong, "target_id"].tolist() == ["TT09"]


def bundled_parts() -> list[tuple[str, dict]]:
    datasets = {passport(s)["dataset"] for s in BUNDLED}
    return [
        (name, part)
        for name, entry in INDICATORS.items()
        for part in (entry.get("value"), entry.get("numerator"), entry.get("denominator"))
        if part and part["source"] in datasets
    ]


def test_every_measure_and_category_that_an_indicator_names_exists():
    frames = [table(s, "figures.csv").assign(source=passport(s)["dataset"]) for s in BUNDLED]
    figures = pd.concat(frames)
    known = set(zip(figures["source"], figures["measure"], strict=True))
    types = set(zip(figures["measure"], figures["category_type"], strict=True))
    categories = set(
        zip(figures["measure"], figures["category_type"], figures["category"], strict=True)
    )
    for name, part in bundled_parts():
        if part["source"] in ("own", "implied"):
            continue
        assert (part["source"], part["measure"]) in known, name
        kind = part.get("category_type", "")
        assert (part["measure"], kind) in types, name
        if part.get("category"):
            assert (part["measure"], kind, part["category"]) in categories, name


def test_at_least_42_indicators_use_bundled_figures():
    assert len({name for name, _ in bundled_parts()}) >= 42


@pytest.mark.parametrize("name", INDICATORS)
def test_indicator_files_are_short_and_name_no_area(name):
    path = CATALOGUE / "indicators" / f"{name}.yml"
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 40
    assert "Barnet" not in text
    assert INDICATORS[name]["sentence"].count("{area}") == 1
    assert INDICATORS[name]["sentence"].count("{value}") == 1


# --- commentary -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "chapter", ["overview", "child_poverty", "safeguarding", "children_in_care"]
)
def test_commentary_says_when_it_was_written_and_types_no_figures(chapter):
    text = (ROOT / "data/commentary/E09000003" / f"{chapter}.md").read_text("utf-8")
    _, front, body = text.split("---\n", 2)
    meta = yaml.safe_load(front)
    assert set(meta) == {"chapter", "written_for", "author_role", "date", "review_by", "status"}
    assert meta["chapter"] == chapter and meta["status"] == "draft"
    assert not re.search(r"\d", body)
