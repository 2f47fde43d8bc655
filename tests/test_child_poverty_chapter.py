"""The chapter on child poverty: years beside benchmarks in one sentence, gaps over time, its"
" figures."""

import types
from datetime import date
from math import nan
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from test_present_samples import BARNET, ENGLAND, LONDON, known, poverty, write_edition

from cyp_analysis import catalogue
from cyp_analysis.build import derived, histories
from cyp_analysis.build.comparison import compare_with_benchmarks
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.present.view import open_chapter
from cyp_analysis.present.voices import gap_series, history

ROOT = Path(__file__).parents[1]
# Percent of children under 16 in low-income families: area, London, England, 2006 to 2016. Years
# and sides are those of the Life Chances Strategy: higher than England until 2009, similar in 2010,
# lower from 2011; lower than London in every year. Values between its printed ends are made up.
YEARS = range(2006, 2017)
AREA = [24.9, 24.5, 24.0, 23.0, 20.6, 19.0, 18.0, 17.0, 17.5, 15.0, 14.0]
ENGLISH = [20.8, 21.0, 20.9, 21.3, 20.6, 20.1, 18.6, 18.0, 19.9, 16.6, 17.0]
LONDONERS = [32.0, 31.0, 30.0, 29.0, 28.0, 26.0, 24.0, 22.0, 23.0, 20.0, 18.8]


def rows_of(code: str, values: list[float], years=YEARS, base: float = 64_000) -> pd.DataFrame:
    """Headline rows of a share with its counts and an interval of half a point."""
    made = [
        {
            "indicator_id": "child_poverty",
            "area_code": code,
            "period_start": pd.Timestamp(year, 1, 1),
            "period_end": pd.Timestamp(year, 12, 31),
            "period_label": str(year),
            "sex": "persons",
            "age": "<16 yrs",
            "category_type": "",
            "category": "",
            "count": round(value / 100 * base),
            "denominator": base,
            "value": value,
            "lower_ci_95": value - 0.5,
            "upper_ci_95": value + 0.5,
        }
        for year, value in zip(years, values, strict=True)
    ]
    return pd.DataFrame(made)


def indicator(**changes):
    return poverty(benchmarks=("region", "england"), **changes)


def entries(*indicators):
    return types.SimpleNamespace(indicators={i.id: i for i in indicators or (indicator(),)})


def made(rows: pd.DataFrame, of=None) -> pd.DataFrame:
    of = of or entries()
    compared = compare_with_benchmarks(rows, of)
    return histories.histories(derived.Inputs(rows, compared, {}, of))


@pytest.fixture(scope="module")
def eleven_years() -> pd.DataFrame:
    parts = [rows_of(c, v) for c, v in ((BARNET, AREA), (LONDON, LONDONERS), (ENGLAND, ENGLISH))]
    return pd.concat(parts, ignore_index=True)


# --- the table ------------------------------------------------------------------------------------


def test_runs_of_years_beside_a_benchmark(eleven_years):
    table = made(eleven_years)
    runs = table[(table["area_code"] == BARNET) & (table["benchmark_area_code"] == ENGLAND)]
    found = runs[["side", "first_label", "last_label", "periods", "of_periods"]]
    assert list(found.itertuples(index=False, name=None)) == [
        ("higher", "2006", "2009", 4, 11),
        ("similar", "2010", "2010", 1, 11),
        ("lower", "2011", "2016", 6, 11),
    ]
    assert list(runs["outcome"]) == ["worse", "similar", "better"]
    assert list(table) == TABLES["histories"]


def test_the_last_year_is_tested_against_the_first(eleven_years):
    table = made(eleven_years)
    own = table[(table["area_code"] == BARNET) & (table["run"] == 0)].iloc[0]
    assert (own["side"], own["outcome"], own["method"]) == ("lower", "better", "newcombe")
    assert (own["first_value"], own["last_value"]) == (24.9, 14.0)
    assert own["change"] == pytest.approx(-10.9)
    assert own["change_lower"] < -10.9 < own["change_upper"] < 0
    assert own["p_value"] < 1e-9


def test_a_missing_year_ends_a_run():
    years = [2006, 2007, 2008, 2012, 2013]
    parts = [rows_of(BARNET, [10] * 5, years), rows_of(ENGLAND, [20] * 5, years)]
    table = made(pd.concat(parts, ignore_index=True))
    runs = table[table["run"] > 0]
    assert list(runs["first_label"]) == ["2006", "2012"]
    assert list(runs["last_label"]) == ["2008", "2013"]


def test_intervals_test_where_counts_are_missing():
    rows = rows_of(BARNET, [10.0, 12.0], [2020, 2021]).assign(count=nan)
    own = made(rows).iloc[0]
    assert (own["side"], own["method"]) == ("higher", "mover")
    # The limits of a difference of two independent figures: 2 less and more the root of 0.5² + 0.5²
    assert own["change_lower"] == pytest.approx(2 - 0.5**0.5)
    assert own["change_upper"] == pytest.approx(2 + 0.5**0.5)


def test_neither_counts_nor_intervals_leave_the_change_untested():
    rows = rows_of(BARNET, [10.0, 12.0], [2020, 2021])
    bare = rows.assign(count=nan, lower_ci_95=nan, upper_ci_95=nan)
    own = made(bare).iloc[0]
    assert (own["side"], own["outcome"]) == ("not_compared", "not_compared")
    assert own["note"] == histories.NOT_TESTED
    assert own["change"] == pytest.approx(2)


def test_one_period_has_no_history():
    assert made(rows_of(BARNET, [10.0], [2020])).empty


def test_periods_of_another_length_are_left_out():
    rows = rows_of(BARNET, [10.0, 11.0, 12.0], [2018, 2019, 2020])
    long = rows.tail(1).assign(period_start=pd.Timestamp(2010, 1, 1), period_label="2010 to 2020")
    kept = histories.headline_rows(pd.concat([rows, long], ignore_index=True))
    assert list(kept["period_label"]) == ["2018", "2019", "2020"]


def test_persons_come_before_one_sex_and_categories_are_no_headline():
    rows = rows_of(BARNET, [10.0], [2020])
    boys = rows.assign(sex="male", value=12.0)
    part = rows.assign(category_type="ethnicity", category="Asian")
    kept = histories.headline_rows(pd.concat([boys, rows, part], ignore_index=True))
    assert list(kept["value"]) == [10.0]


def test_a_rate_is_tested_as_a_rate():
    care = indicator(
        statistic="crude_rate", interval="poisson", multiplier=10_000, unit="per 10,000"
    )
    rows = rows_of(BARNET, [60.0, 40.0], [2020, 2021], base=50_000)
    rows = rows.assign(count=[300.0, 200.0])
    own = made(rows, entries(care)).iloc[0]
    assert (own["side"], own["method"]) == ("lower", "mover")
    assert own["change"] == pytest.approx(-20)


# --- the sentences --------------------------------------------------------------------------------


@pytest.fixture
def chapter(outputs, monkeypatch, eleven_years):
    """A chapter of an edition that holds the histories of the rows given."""

    def show(rows: pd.DataFrame = eleven_years, cut: str | None = None):
        samples = known()
        of = types.SimpleNamespace(indicators={**samples.indicators, "child_poverty": indicator()})
        monkeypatch.setattr(catalogue, "load", lambda folder=None: samples)
        folder = write_edition(outputs / "2026")
        made(rows, of).to_parquet(folder / "histories.parquet")
        return open_chapter("sample", BARNET, cut)

    return show


def test_the_whole_history_in_sentences(chapter):
    text = chapter().history("child_poverty").text
    assert text.split("\n")[0] == (
        "Children under 16 in low-income families. In each of the 11 periods tested, from 2006 to"
        " 2016, the figure for Barnet was significantly lower than that in London. From 2006 to"
        " 2009"
        " it was significantly higher than that in England, in 2010 statistically similar and from"
        " 2011 to 2016 significantly lower. The figure for 2016 (14.0%) is significantly lower than"
        " that for 2006 (24.9%), a fall of 10.9 percentage points. The count went from 15,936 to"
        " 8,960."
    )


def test_a_cut_hides_what_came_after(chapter):
    assert "2016" not in chapter(cut="2015-12-31").history("child_poverty").text


def run(**changes) -> dict:
    base = {
        "area_code": BARNET,
        "indicator_id": "child_poverty",
        "benchmark_area_code": BARNET,
        "run": 0,
        "side": "lower",
        "outcome": "better",
        "first_start": pd.Timestamp(2015, 1, 1),
        "first_end": pd.Timestamp(2015, 12, 31),
        "first_label": "2015",
        "last_start": pd.Timestamp(2018, 1, 1),
        "last_end": pd.Timestamp(2018, 12, 31),
        "last_label": "2018",
        "periods": 2,
        "of_periods": 2,
        "first_value": 14.7,
        "last_value": 7.3,
        "first_count": nan,
        "last_count": nan,
        "change": -7.4,
    }
    return base | changes


def selection(area_code: str = BARNET):
    from cyp_analysis import geography

    area = geography.area(area_code)
    codes = [BARNET, "E13000002", LONDON, ENGLAND]
    return types.SimpleNamespace(area=area, own_codes=codes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {},
            "The figure for 2018 (7.3%) is significantly lower than that for 2015 (14.7%), a fall"
            " of"
            " 7.4 percentage points.",
        ),
        (
            {"side": "higher", "first_value": 7.3, "last_value": 8.3, "change": 1.0},
            "The figure for 2018 (8.3%) is significantly higher than that for 2015 (7.3%), a rise"
            " of"
            " 1.0 percentage points.",
        ),
        (
            {"side": "similar", "first_count": 10.0, "last_count": 10.0},
            "The figure for 2018 (7.3%) is statistically similar to that for 2015 (14.7%).",
        ),
        (
            {"first_count": 1200.0, "last_count": 0.0},
            "The figure for 2018 (7.3%) is significantly lower than that for 2015 (14.7%), a fall"
            " of"
            " 7.4 percentage points. The count went from 1,200 to 0.",
        ),
        (
            {"side": "not_compared"},
            "Between 2015 and 2018 the figure for Barnet went from 14.7% to 7.3%, a fall of 7.4"
            " percentage points; the change was not tested because the source gives neither counts"
            " nor intervals.",
        ),
        (
            {"side": "not_compared", "last_value": 14.7, "change": 0.0},
            "Between 2015 and 2018 the figure for Barnet went from 14.7% to 14.7%; the change was"
            " not tested because the source gives neither counts nor intervals.",
        ),
    ],
)
def test_change_in_words(changes, expected):
    said = history.change_sentence(selection(), indicator(), pd.Series(run(**changes)))
    assert said == expected


def test_the_region_goes_beside_an_untested_change_of_the_same_years():
    rows = pd.DataFrame(
        [
            run(side="not_compared"),
            run(
                side="not_compared",
                area_code=LONDON,
                benchmark_area_code=LONDON,
                first_value=13.5,
                last_value=12.4,
                change=-1.1,
            ),
        ]
    )
    assert history.beside_sentence(selection(), indicator(), rows) == (
        "London went from 13.5% to 12.4%, a fall of 1.1 percentage points."
    )
    assert history.beside_sentence(selection(), indicator(), rows.assign(side="lower")) == ""
    other = rows.assign(last_end=[rows["last_end"][0], pd.Timestamp(2017, 12, 31)])
    assert history.beside_sentence(selection(), indicator(), other) == ""


def test_one_day_is_on_a_day():
    day = pd.Timestamp(2021, 3, 31)
    row = pd.Series(run(first_start=day, first_end=day, last_end=day, first_label="31 March 2021"))
    assert history._span(row) == "on 31 March 2021"


def test_one_tested_period_needs_no_sentence():
    rows = pd.DataFrame([run(benchmark_area_code=ENGLAND, run=1, of_periods=1)])
    assert history.runs_sentences(rows, selection()) == []


def test_similar_throughout():
    rows = pd.DataFrame([run(benchmark_area_code=ENGLAND, run=1, of_periods=2, side="similar")])
    assert history.runs_sentences(rows, selection()) == [
        "In each of the 2 periods tested, from 2015 to 2018, the figure for Barnet was"
        " statistically"
        " similar to that in England."
    ]


# --- gaps -----------------------------------------------------------------------------------------


def gap(values: list[float], **changes) -> pd.DataFrame:
    rows = rows_of(BARNET, values, range(2017, 2017 + len(values)))
    return rows.assign(lower_ci_95=nan, upper_ci_95=nan, **changes)


def gap_indicator():
    return indicator(unit="percentage points", rounding=0, subject="attainment gap")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([13, 9, 7], "13 percentage points in 2017, 9 in 2018 and 7 in 2019: 6 points narrower"),
        ([7, 8], "7 percentage points in 2017 and 8 in 2018: 1 point wider"),
    ],
)
def test_a_gap_over_the_years(values, expected):
    said = gap_series.gap_sentence(gap(values), gap_indicator(), "Barnet")
    assert said == (
        f"The attainment gap in Barnet was {expected} in the last year than in the first. The"
        " change"
        " was not tested because the figures have no confidence interval."
    )


def test_a_gap_that_stays():
    said = gap_series.gap_sentence(gap([7, 9, 7]), gap_indicator(), "Barnet")
    assert ": the same in the last year as in the first." in said


def test_an_indicator_without_groups_has_no_gap_series(chapter, outputs):
    shown = chapter()
    table = pd.DataFrame(columns=TABLES["inequalities"]).astype(
        {"area_code": "str", "period_end": "datetime64[us]"}
    )
    table.to_parquet(outputs / "2026" / "inequalities.parquet")
    assert shown.gap_series("child_poverty").html == ""


# --- the chapter as it ships ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(ROOT / "notebooks" / "03_child_poverty.ipynb", as_version=4)


def test_the_ten_blocks_of_the_assessment_have_their_calls(notebook):
    code = "\n".join(cell["source"] for cell in notebook.cells if cell["cell_type"] == "code")
    for call in (
        "headlines()",
        "ranking(",
        "place_trends(",
        'map("child_income_deprivation_decile")',
        "history(",
        "paired_places(",
        "gaps()",
        'history("local_workless_households")',
        'table("learning")',
        'gap_series("local_ks2_disadvantage_gap")',
        'comparators("local_neet_16_17")',
        "voice()",
    ):
        assert f"chapter.{call}" in code


def printed(**where) -> pd.Series:
    """A figure of the bundled transcripts, as it is in its file."""
    files = (ROOT / "data" / "raw").glob("*/*/figures.csv")
    rows = pd.concat([pd.read_csv(f, dtype="str", keep_default_na=False) for f in files])
    for name, value in where.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    """Indicator rows of the bundled transcripts."""
    import os

    os.environ["CYP_HOME"] = str(ROOT)
    from cyp_analysis import loaders
    from cyp_analysis.build.indicators import build_indicators

    counts = [
        loaders.read(path).rows for path in sorted((ROOT / "data" / "raw").glob("*/*/figures.csv"))
    ]
    return build_indicators(counts, catalogue.load())


# indicator, measure, area, period in the file, column of the file
CELLS = [
    ("children_in_low_income_families", "POV01", BARNET, "2016", "count"),
    ("children_in_low_income_families", "POV01", BARNET, "2016", "value"),
    ("children_in_low_income_families", "POV01", BARNET, "2006", "count"),
    ("children_in_low_income_families", "POV01", LONDON, "2016", "value"),
    ("local_imd_average_score", "POV05", BARNET, "2015", "value"),
    ("local_workless_households", "POV08", BARNET, "2015", "value"),
    ("local_workless_households", "POV08", BARNET, "2018", "value"),
    ("local_workless_households", "POV08", LONDON, "2018", "value"),
    ("local_under_fives_in_low_income_families", "POV09", BARNET, "c. 2018", "count"),
    ("local_free_school_meals_primary", "POV10", BARNET, "c. 2018", "value"),
    ("local_free_school_meals_secondary", "POV11", ENGLAND, "c. 2018", "value"),
    ("local_household_income_above_region", "POV12", BARNET, "c. 2012", "value"),
    ("local_children_in_poverty_region_share", "POV13_share", LONDON, "2019", "value"),
    ("local_winter_grant_children", "POV17", BARNET, "2021-03", "count"),
    ("local_benefit_advice_people", "POV18", BARNET, "2018/19", "count"),
    ("local_universal_credit_claims_helped", "POV19", BARNET, "2018/19", "count"),
    ("local_employment_project_visits", "POV20", BARNET, "2018/19", "count"),
    ("local_boost_job_outcomes", "POV21", BARNET, "2018/19", "count"),
    ("local_holiday_scheme_children", "POV22", BARNET, "summer 2021", "count"),
    ("local_activities_outside_school", "SUR06", BARNET, "c. 2012", "value"),
]
LABELS = {"2021-03": "March 2021"}


@pytest.mark.parametrize(("name", "measure", "area", "period", "column"), CELLS)
def test_an_indicator_row_is_the_printed_cell(figures, name, measure, area, period, column):
    cell = printed(measure=measure, area_code=area, period=period)[column]
    label = LABELS.get(period, period.replace("c. ", "about "))
    rows = figures[(figures["indicator_id"] == name) & (figures["area_code"] == area)]
    row = rows[rows["period_label"] == label]
    assert len(row) == 1
    assert row[column].iloc[0] == float(cell)


SURVEY_CELLS = [
    ("local_happy_with_area_disabled", "", 77),
    ("local_safety_concerns", "Knife crime", 51),
    ("local_safety_concerns", "Gangs", 35),
    ("local_safety_concerns_2017", "Bullying", 34),
    ("local_feeling_safe", "Outside at night", 56),
    ("local_council_image", "Council is doing a good job", 73),
    ("local_resident_satisfaction", "council is doing a good job", 65),
]


@pytest.mark.parametrize(("name", "category", "value"), SURVEY_CELLS)
def test_a_survey_indicator_is_the_printed_percentage(figures, name, category, value):
    rows = figures[(figures["indicator_id"] == name) & (figures["category"] == category)]
    assert list(rows["value"]) == [value]


def test_every_figure_of_the_theme_is_computed_or_says_why_not():
    path = ROOT / "data/catalogue/not_computed/D.csv"
    told = pd.read_csv(path, dtype="str")
    assert list(told) == ["inventory", "reason"]
    assert told["reason"].str.endswith(".").all()
    tags = {
        inventory
        for folder in ("indicators", "places")
        for file in (ROOT / "data/catalogue" / folder).glob("*.yml")
        for inventory in (catalogue.read_yaml(file).get("tags") or {}).get("inventory", [])
    }
    wanted = {f"POV{n:02d}" for n in range(1, 23)} | {f"SUR{n:02d}" for n in range(1, 7)}
    assert wanted - tags - set(told["inventory"]) == set()
    assert not set(told["inventory"]) & tags


def test_dates_of_the_new_indicators_are_of_this_review():
    for name in ("local_household_income_above_region", "local_feeling_safe"):
        entry = catalogue.read_yaml(ROOT / f"data/catalogue/indicators/{name}.yml")
        assert entry["date_reviewed"] == date(2026, 11, 22)
