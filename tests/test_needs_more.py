"""Need, branch by branch: what has not arrived, what adds up, and what each sentence may say."""

from math import nan

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyp_analysis import catalogue, geography
from cyp_analysis.build import needs, needs_ledger, needs_models, needs_provision, needs_waits
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.errors import CatalogueError
from cyp_analysis.present.needs import (
    access,
    capacity,
    clinical_areas,
    parts,
    prevalence,
    unmet,
    waits,
)
from cyp_analysis.present.selection import Selection
from cyp_analysis.schema import COMPARISON_COLUMNS
from tests.needs_sample import LEEDS, area_rows, chapter_of, count_rows, inputs_of, people

KNOWN = catalogue.load()
NO_COMPARISONS = pd.DataFrame(columns=COMPARISON_COLUMNS)


class Tables:
    """An edition that holds the tables given, whatever the area."""

    def __init__(self, **tables: pd.DataFrame):
        self.tables = tables

    def read(self, table: str, *, areas=None, indicators=None) -> pd.DataFrame:
        rows = self.tables.get(table, pd.DataFrame(columns=TABLES[table]))
        for name, wanted in (("area_code", areas), ("indicator_id", indicators)):
            if wanted is not None:
                rows = rows[rows[name].isin(list(wanted))]
        return rows


def selection(cut: str = "", area: str = LEEDS, **tables: pd.DataFrame) -> Selection:
    until = pd.Timestamp(cut) if cut else None
    entry = KNOWN.chapters["mental_health"]
    return Selection(entry, geography.area(area), Tables(**tables), KNOWN, until)


# --- the population of a model ----------------------------------------------------------------

STRATA = pd.DataFrame(
    {
        "model_id": "m",
        "split": ["age", "age", "sex", "sex"],
        "stratum": [1, 2, 1, 2],
        "sex": ["persons", "persons", "male", "female"],
        "age_from": [5, 8, 5, 5],
        "age_to": [7, 9, 9, 9],
        "prevalence": [10.0, 20.0, 12.0, 8.0],
        "base": [100.0, 100.0, nan, nan],
        "prevalence_lower": [5.0, 15.0, nan, nan],
        "prevalence_upper": [15.0, 25.0, nan, nan],
    }
)


def children(area: str = LEEDS, ages=range(5, 10), **sexes: float) -> pd.DataFrame:
    """So many of each sex at each year of age."""
    rows = [
        {"area_code": area, "sex": sex, "age": age, "people": float(number),
         "population_label": "mid-2023", "population_end": pd.Timestamp("2023-06-30"),
         "source_id": "s", "source_published": pd.NaT}
        for sex, number in sexes.items()
        for age in ages
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_every_stratum_is_filled_with_its_years_of_age():
    sized = needs.with_population(STRATA, children(persons=10, male=6, female=4))
    found = sized.set_index(["split", "stratum"])["population"]
    assert found.to_dict() == {("age", 1): 30, ("age", 2): 20, ("sex", 1): 30, ("sex", 2): 20}


def test_a_sex_that_has_not_arrived_is_unknown_and_not_left_out_of_the_total():
    rows = needs.totals(needs.with_population(STRATA, children(persons=10, male=6)))
    found = rows.set_index("split")
    assert found.loc["age", "value"] == pytest.approx(30 * 0.1 + 20 * 0.2)
    assert pd.isna(found.loc["sex", "value"]), "boys alone are not all children"
    assert (found.loc["sex", "age_from"], found.loc["sex", "age_to"]) == (5, 9)


def test_ages_that_have_not_arrived_leave_the_total_unknown():
    sized = needs.with_population(STRATA, children(ages=range(5, 8), persons=10))
    strata = sized[sized["split"] == "age"].set_index("stratum")["population"]
    assert strata[1] == 30 and pd.isna(strata[2])
    assert needs.totals(sized).set_index("split").loc["age", ["value", "population"]].isna().all()


def test_areas_are_not_mixed():
    both = pd.concat([children(persons=10), children("E09000003", persons=1)])
    sized = needs.with_population(STRATA, both)
    found = sized[sized["split"] == "age"].groupby("area_code")["population"].sum()
    assert found.to_dict() == {LEEDS: 50, "E09000003": 5}


@given(number=st.integers(1, 5000), times=st.integers(2, 5))
@settings(max_examples=8)
def test_twice_the_children_are_twice_the_number_expected(number, times):
    values = [
        needs.expected(needs.with_population(STRATA, children(persons=size)))["value"]
        for size in (number, number * times)
    ]
    known = values[0].notna()
    assert known.sum() == 2
    assert values[1][known].to_numpy() == pytest.approx(times * values[0][known].to_numpy())


def test_totals_have_limits_only_where_every_stratum_has_them():
    sized = needs.with_population(STRATA, children(persons=10, male=6, female=4))
    total = needs.totals(sized).set_index("split")
    assert total.loc["age", "lower_ci_95"] < total.loc["age", "value"]
    assert total.loc["sex", ["lower_ci_95", "upper_ci_95"]].isna().all()
    assert total.loc["sex", "value"] == pytest.approx(30 * 0.12 + 20 * 0.08)
    assert set(total["sex"]) == {"persons"}


def test_the_wording_of_models_has_one_row_each():
    models = needs_models.load_models()
    words_of = needs.model_words(models)
    assert list(words_of["model_id"]) == [model.id for model in models]
    assert needs.model_words([]).empty and needs.strata_table([]).empty


# --- what a population that is not whole says -------------------------------------------------


def test_a_population_that_ends_too_early_is_told_and_never_counted_as_nan(tmp_path):
    made = inputs_of(people(last=18), count_rows({"measure": "MH11", "count": 50}))
    chapter = chapter_of(made, tmp_path, "mental_health")
    text = chapter.prevalence().text
    assert text == (
        "No number of children and young people aged 8 to 19 likely to have a condition can be"
        " worked out for Leeds: its population has not arrived for each sex and single year of"
        " those ages."
    )
    assert "2,300" in chapter.prevalence("ons_2004").text
    surveys = chapter.prevalence_surveys().text
    assert "nan" not in surveys and "8 to 19 | not known | not known | not known" in surveys


def test_a_population_of_all_persons_only_does_not_stop_the_chapter(tmp_path):
    table = people()
    rows = table.rows[table.rows["sex"] == "persons"]
    only = type(table)(rows, table.source, table.path, table.problems)
    made = inputs_of(only, count_rows({"measure": "MH11", "count": 50}))
    chapter = chapter_of(made, tmp_path, "mental_health")
    for split in ("", "age", "age_and_sex"):
        text = chapter.prevalence("mhcyp_2017", split).text
        assert text and "nan" not in text
    assert "not arrived for each sex" in chapter.prevalence("ons_2004", "sex").text


@pytest.mark.parametrize(
    "total, sentence",
    [
        (
            {},
            "At the rates found in England in 2023, about 1,200 of the 6,000 children aged 8 to 16"
            " in Leeds (20.3%; population of mid-2023) would have a probable mental disorder.",
        ),
        (
            {"lower_ci_95": 1100.0, "upper_ci_95": 1340.0, "age_to": 19},
            "At the rates found in England in 2023, about 1,200 (95% interval 1,100 to 1,300) of"
            " the 6,000 children and young people aged 8 to 19 in Leeds (20.3%; population of"
            " mid-2023) would have a probable mental disorder.",
        ),
        (
            {"value": 0.2, "population": 1.0, "prevalence": 20.3},
            "At the rates found in England in 2023, about 0 of the 1 children aged 8 to 16 in Leeds"
            " (20.3%; population of mid-2023) would have a probable mental disorder.",
        ),
    ],
)
def test_the_number_expected_in_a_whole_sentence(total, sentence):
    usual = {
        "value": 1218.0, "lower_ci_95": nan, "upper_ci_95": nan, "population": 6000.0,
        "age_from": 8, "age_to": 16, "prevalence": 20.3, "population_label": "mid-2023",
        "place": "England", "survey_year": 2023, "condition": "a probable mental disorder",
    }  # fmt: skip
    assert prevalence.total_sentence(selection(), pd.Series(usual | total)) == sentence


@pytest.mark.parametrize(
    "condition, title",
    [("a probable mental disorder", "Probable mental disorder"), ("an eating disorder",
     "Eating disorder"), ("asthma", "Asthma"), ("autism", "Autism")],
)  # fmt: skip
def test_a_condition_is_a_title_with_or_without_an_article(condition, title, monkeypatch):
    strata = pd.DataFrame(
        {
            "model_id": "m", "is_total": [False, True], "stratum": [1, 0], "sex": "persons",
            "age_from": 5, "age_to": 16, "condition": condition, "value": [90.0, 90.0],
            "lower_ci_95": nan, "upper_ci_95": nan, "population": 900.0, "prevalence": 10.0,
            "prevalence_lower": nan, "prevalence_upper": nan, "place": "England",
            "survey_year": 2017, "population_label": "mid-2023", "publisher": "P", "survey": "S",
            "source_id": "local_template", "source_published": pd.NaT,
        }
    )  # fmt: skip
    monkeypatch.setattr("cyp_analysis.present.chart_bars.bar_chart", lambda *_: "<svg></svg>")
    figure = prevalence._figure(selection(), strata)
    assert figure.title == f"{title}: about 90 children expected"
    assert figure.alt.startswith(f"{title}, Leeds, about 90 expected: Aged 5 to 16 ")
    assert "Source: P, S. Population:" in figure.source


# --- the ledger -------------------------------------------------------------------------------


def ledger(**more) -> pd.DataFrame:
    usual = {
        "expected": 1000.0, "expected_lower": 900.0, "expected_upper": 1100.0,
        "seen_value": nan, "seen_kind": "count", "seen_from": "i", "seen_label": "2023/24",
    }  # fmt: skip
    return pd.DataFrame([usual | more])


@pytest.mark.parametrize(
    "more, seen, left, lower, upper, note",
    [
        ({"seen_value": 400.0}, 400, 600, 500, 700, ""),
        ({"seen_value": 0.0}, 0, 1000, 900, 1100, ""),
        ({"seen_value": 30.0, "seen_kind": "share"}, 300, 700, 630, 770, ""),
        ({"seen_value": 0.0, "seen_kind": "share"}, 0, 1000, 900, 1100, ""),
        ({"seen_value": 1500.0}, 1500, -500, -600, -400, needs_ledger.MORE_SEEN),
        ({}, nan, nan, nan, nan, needs_ledger.NOT_SEEN),
        ({"seen_kind": None, "seen_from": None, "seen_label": None}, nan, nan, nan, nan,
         needs_ledger.NOT_SEEN),
    ],
)  # fmt: skip
def test_expected_less_seen_by_hand(more, seen, left, lower, upper, note):
    row = needs_ledger.with_difference(ledger(**more)).iloc[0]
    found = row[["seen", "difference", "difference_lower", "difference_upper"]].astype(float)
    assert list(found) == pytest.approx([seen, left, lower, upper], nan_ok=True)
    assert row["note"] == note
    assert all(isinstance(row[name], str) for name in ("seen_from", "seen_kind", "seen_label"))


@given(expected=st.floats(1, 1e5), share=st.floats(0, 100))
def test_seen_and_left_add_up_to_what_is_expected(expected, share):
    rows = ledger(expected=expected, seen_kind="share", seen_value=share)
    row = needs_ledger.with_difference(rows).iloc[0]
    assert row["seen"] + row["difference"] == pytest.approx(expected)
    assert row["difference"] >= -1e-9 and row["note"] == "" or row["difference"] < 1e-9


def test_only_the_newest_figure_of_all_persons_is_taken():
    rows = pd.DataFrame(
        {
            "indicator_id": "i", "area_code": LEEDS, "category_type": ["", "", "", "x", ""],
            "sex": ["persons", "persons", "female", "persons", "persons"],
            "value": [1.0, 2.0, 3.0, 4.0, nan],
            "period_end": pd.to_datetime(["2022", "2023", "2025", "2025", "2025"]),
        }
    )  # fmt: skip
    assert list(needs_ledger.latest_headlines(rows)["value"]) == [2.0]
    assert needs_ledger.latest_headlines(rows.head(0)).empty


LINE = {
    "who": "children aged 5 to 16", "condition": "a mental disorder", "expected": 1200.0,
    "expected_lower": nan, "expected_upper": nan, "expected_label": "mid-2023",
    "expected_from": "", "seen": 1200.0, "seen_kind": "count", "seen_value": 1200.0,
    "seen_label": "2023/24", "difference": 0.0, "difference_lower": nan, "difference_upper": nan,
    "model_order": 1, "survey": "S", "note": "", "area_code": LEEDS,
    "expected_end": pd.Timestamp("2023-06-30"),
}  # fmt: skip


@pytest.mark.parametrize("difference", [0.0, 0.4])
def test_as_many_seen_as_expected_is_not_about_nought(difference):
    text = unmet.ledger_sentence(pd.Series(LINE | {"difference": difference}), "Leeds")
    assert text == (
        "About 1,200 children aged 5 to 16 in Leeds would be expected to have a mental disorder"
        " (mid-2023), and 1,200 were seen (2023/24): as many as expected. It does not mean that"
        " all need is met."
    )


def test_the_ledger_leads_with_what_is_known():
    unknown = LINE | {"seen": nan, "difference": nan, "seen_label": "", "seen_kind": "",
                      "note": needs_ledger.NOT_SEEN, "survey": "T", "model_order": 0}  # fmt: skip
    text = unmet.unmet_need(selection(need=pd.DataFrame([LINE, unknown]))).text
    assert text.startswith("About 1,200 children") and "is not known. A file" not in text
    assert "T | Children aged 5 to 16, mid-2023 | 1,200 | none | not known | not known" in text
    assert "Not known: no figure of the children whom services saw has arrived" in text
    alone = unmet.unmet_need(selection(need=pd.DataFrame([unknown]))).text
    assert "How many of them services saw is not known. A file with the measure MH_SEEN" in alone


def test_a_ledger_after_the_cut_is_not_shown():
    text = unmet.unmet_need(selection("2020-12-31", need=pd.DataFrame([LINE]))).text
    assert text == unmet.NONE.format(area="Leeds")


# --- money, staff and beds --------------------------------------------------------------------


def provision(kind: str, *items: tuple[str, float], printed: float = nan) -> pd.DataFrame:
    """The table of one kind, made by the build from items of one year."""
    day = pd.Timestamp("2024-03-31")
    rows = pd.DataFrame(list(items), columns=["item", "amount"]).assign(
        area_code=LEEDS, period_start=pd.Timestamp("2023-04-01"), period_end=day,
        period_label="2023/24", source_id="local_template", source_published=pd.NaT,
        source_row=2, value_note="",
    )  # fmt: skip
    if printed == printed:
        rows = pd.concat([rows, rows.head(1).assign(item="Total", amount=printed)])
    made = needs_provision.summed(rows, kind)
    return made.reindex(columns=TABLES["provision"])


@pytest.fixture
def no_pictures(monkeypatch):
    monkeypatch.setattr("cyp_analysis.present.chart_bars.bar_chart", lambda *_: "<svg></svg>")


def said_of(*tables: pd.DataFrame) -> str:
    return capacity.capacity(selection(provision=pd.concat(tables))).text


def test_shares_and_sums_of_spending(no_pictures):
    text = said_of(provision("spend", ("A", 60.0), ("B", 40.0), printed=100.0))
    assert "Spending: 60% goes to A" in text
    assert "The items add up to the printed total of £100." in text
    assert f"{needs_provision.SUM} | 100 | 100.0" in text


def test_spending_with_an_unknown_item_has_no_share_in_its_title(no_pictures):
    text = said_of(provision("spend", ("A", 60.0), ("B", nan), printed=100.0))
    assert "not known%" not in text and text.startswith("Spending by provider")
    assert "The items do not give a sum, because one of them is not known." in text
    assert "B | not known | not known" in text
    assert f"{needs_provision.SUM} | not known | not known" in text


def test_parts_of_a_post_are_not_rounded_away(no_pictures):
    text = said_of(provision("staff", ("Nurses", 0.4), ("Others", 10.2), printed=10.6))
    assert "Clinicians within other services: 10.6 whole-time equivalents" in text
    assert "Nurses | 0.4 | 3.8" in text
    assert "The items add up to the printed total of 10.6 whole-time equivalents." in text


def test_sums_of_decimals_are_the_same_as_the_total_printed(no_pictures):
    assert 0.1 + 0.2 != 0.3
    text = said_of(provision("staff", ("A", 0.1), ("B", 0.2), printed=0.3))
    assert "add up to the printed total of 0.3 whole-time equivalents" in text


def test_only_the_newest_year_is_told(no_pictures):
    old = provision("spend", ("Old", 9.0))
    old = old.assign(period_end=pd.Timestamp("2020-03-31"), period_label="2019/20")
    text = said_of(old, provision("spend", ("A", 60.0)))
    assert "Old" not in text and "2019/20" not in text
    assert "The items add up to £60; no total is printed." in text


def test_nothing_provided_is_nothing_said():
    assert capacity.capacity(selection()).html == ""


@pytest.mark.parametrize(
    "printed, computed, amount, notes",
    [
        (21.0, 21.04, 7680.0, 1),
        (21.0, 21.85, 7975.0, 2),
        (nan, 21.85, 7975.0, 1),
        (21.0, nan, nan, 2),
    ],
)
def test_notes_on_beds(printed, computed, amount, notes):
    rows = pd.DataFrame(
        {"item": ["Trust | Ward"], "printed": printed, "computed": computed, "amount": amount,
         "difference": printed - computed}
    )  # fmt: skip
    said = capacity.bed_notes(rows)
    assert len(said) == notes and said[0].endswith("wider area than the authority.")
    assert not any("nan" in note for note in said)


# --- waits ------------------------------------------------------------------------------------

NAME = "local_eating_disorder_routine_waits"
STANDARDS = "indicator_id,area_code,period_end_from,period_end_to,standard,basis\n"


@pytest.fixture
def standards(tmp_path, monkeypatch):
    """Writes standards.csv and reads it."""
    folder = tmp_path / "data" / "catalogue"
    folder.mkdir(parents=True)
    monkeypatch.setenv("CYP_HOME", str(tmp_path))

    def read(*lines: str) -> pd.DataFrame:
        (folder / "standards.csv").write_text(STANDARDS + "\n".join(lines) + "\n")
        return needs_waits.read_standards([NAME])

    return read


@pytest.mark.parametrize("day", ["lately", "31/03/2024", "2024-02-30"])
@pytest.mark.parametrize("column", [0, 1])
def test_a_standard_of_a_day_that_is_none_is_refused(standards, day, column):
    days = [day, ""] if column == 0 else ["", day]
    named = needs_waits.COLUMNS[2 + column]
    with pytest.raises(CatalogueError, match=f"`{named}` must be a date as YYYY-MM-DD; got: '"):
        standards(f"{NAME},,{days[0]},{days[1]},95,b")


def test_open_ends_hold_for_ever(standards):
    row = standards(f"{NAME},,,,92.5,b").iloc[0]
    assert row["period_end_from"].year == 1900 and row["period_end_to"].year == 2200
    assert row["standard"] == 92.5


def waited(**more) -> dict:
    return {
        "indicator_id": NAME, "area_code": LEEDS, "category_type": "", "category": "", "age": "",
        "period_start": pd.Timestamp("2023-04-01"), "period_end": pd.Timestamp("2024-03-31"),
        "value": 95.0,
    } | more  # fmt: skip


@pytest.mark.parametrize(
    "value, met", [(95.0, "met"), (94.999, "not_met"), (100.0, "met"), (0.0, "not_met")]
)
def test_a_standard_is_met_unrounded(standards, value, met):
    rows = pd.DataFrame([waited(value=value)])
    found = needs_waits.with_standard(rows, standards(f"{NAME},,,,95,b"))
    assert found["standard_met"].tolist() == [met]


def test_a_quarter_and_a_year_that_end_on_one_day_are_both_judged(standards):
    quarter = waited(period_start=pd.Timestamp("2024-01-01"), value=80.0)
    older = waited(age="16-17 yrs", value=70.0)
    rows = pd.DataFrame([waited(), quarter, older])
    found = needs_waits.with_standard(rows, standards(f"{NAME},,,,95,b"))
    assert found["standard_met"].tolist() == ["met", "not_met", "not_met"]


def test_an_areas_own_standard_comes_first_and_others_keep_theirs(standards):
    rows = pd.DataFrame([waited(value=90.0), waited(value=90.0, area_code="E09000003")])
    lines = (f"{NAME},,,,95,national", f"{NAME},{LEEDS},,,85,ours")
    found = needs_waits.with_standard(rows, standards(*lines))
    assert found["basis"].tolist() == ["ours", "national"]
    assert found["standard_met"].tolist() == ["met", "not_met"]


def test_outside_its_time_no_standard_holds(standards):
    rows = pd.DataFrame([waited()])
    found = needs_waits.with_standard(rows, standards(f"{NAME},,2024-04-01,,95,b"))
    assert found["standard_met"].tolist() == [""] and found["basis"].tolist() == [""]
    assert pd.isna(found["standard"].iloc[0])


def band(label: str, year: int, *names: str) -> list[dict]:
    dated = {"period_start": f"{year}-04-01", "period_end": f"{year + 1}-03-31",
             "period_label": label, "measure": "MH13", "category_type": "wait band",
             "denominator": 200}  # fmt: skip
    return [dated | {"category": n, "count": 60, "source_row": 2 + i} for i, n in enumerate(names)]


def test_a_year_that_lacks_a_band_is_not_drawn_as_if_it_were_nought(tmp_path):
    rows = band("2022/23", 2022, "Short", "Long") + band("2023/24", 2023, "Short", "Middle", "Long")
    block = chapter_of(inputs_of(count_rows(*rows)), tmp_path, "mental_health").waits()
    drawn, _, tabled = block.html.partition("</svg>")
    assert "2023/24" in drawn and "2022/23" not in drawn and "2022/23" in tabled


def of_waits(*values: float, standard: float = nan, indicator: str = NAME) -> pd.DataFrame:
    rows = [
        {"indicator_id": indicator, "area_code": LEEDS, "place": "",
         "period_start": pd.Timestamp(2020 + n, 4, 1), "period_end": pd.Timestamp(2021 + n, 3, 31),
         "period_label": f"{2020 + n}/{21 + n}", "count": nan, "denominator": nan, "value": value,
         "lower_ci_95": nan, "upper_ci_95": nan, "standard": standard, "basis": "national",
         "standard_met": "" if standard != standard else "met" if value >= standard else "not_met",
         "source_id": "local_template", "source_published": pd.NaT, "source_row": 2,
         "source_file": "f.csv"}
        for n, value in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_a_series_without_a_standard_draws_and_names_none():
    block = waits.against_standards(selection(waits=of_waits(80.0, 90.0)))
    assert "The standard is that of the first" not in block.text
    assert "No standard is known for that time." in block.text
    assert "| 80.0 | none | No standard" in block.text
    assert ">Standard<" not in block.html.partition("</svg>")[0]


def test_one_service_has_its_own_standard_and_is_not_the_first_of_several():
    block = waits.against_standards(selection(waits=of_waits(80.0, 96.0, standard=92.5)))
    assert "The standard is that of the first" not in block.text
    assert "80.0 | 92.5 | Not met" in block.text and "96.0 | 92.5 | Met" in block.text
    assert "was met." in block.text.split("\n")[0]


def test_no_waits_no_words():
    assert waits.against_standards(selection()).html == ""
    old = selection("2019-12-31", waits=of_waits(80.0, 90.0))
    assert waits.against_standards(old).html == ""


# --- access against a target ------------------------------------------------------------------

RATE = KNOWN.indicators[
    next(i.id for i in KNOWN.indicators.values() if i.tags.get("role") == "access")
]


@pytest.mark.parametrize(
    "first, last, label, value, sentence",
    [
        ("2018-05-01", "2018-05-31", "May 2018", 33.0,
         "The target of 32.0% in 2018/19 was reached in that month."),
        ("2018-05-01", "2018-05-31", "May 2018", 31.99,
         "The target of 32.0% in 2018/19 was not reached in that month."),
        ("2018-04-01", "2019-03-31", "2018/19", 32.0,
         "The target of 32.0% in 2018/19 was reached."),
        # A rate of another year neither reaches nor misses it.
        ("2019-05-01", "2019-05-31", "May 2019", 40.0, "The target in 2018/19 was 32.0%."),
        ("2017-04-01", "2018-03-31", "2017/18", 10.0, "The target in 2018/19 was 32.0%."),
    ],
)  # fmt: skip
def test_a_target_is_held_against_rates_of_its_own_time(
    monkeypatch, first, last, label, value, sentence
):
    row = pd.Series(
        {"indicator_id": RATE.id, "area_code": LEEDS, "value": value, "lower_ci_95": nan,
         "upper_ci_95": nan, "period_start": pd.Timestamp(first), "period_label": label,
         "period_end": pd.Timestamp(last)}
    )  # fmt: skip
    target = row.copy()
    target["value"], target["period_label"] = 32.0, "2018/19"
    target["period_start"], target["period_end"] = (
        pd.Timestamp("2018-04-01"),
        pd.Timestamp("2019-03-31"),
    )
    monkeypatch.setattr(Selection, "compared", lambda *_: NO_COMPARISONS)
    text = access.access_sentence(selection(), RATE, row, target)
    assert sentence in text and text.count("target") == 1
    assert "target" not in access.access_sentence(selection(), RATE, row, None).lower()


# --- small parts ------------------------------------------------------------------------------


@given(st.floats(0, 1e7))
def test_an_estimate_is_never_further_off_than_its_rounding(number):
    rounded = float(parts.about(number).replace(",", ""))
    step = 100 if number >= 1000 else 10 if number >= 100 else 1
    assert abs(rounded - number) <= step / 2 + 1e-6 * max(number, 1)


@pytest.mark.parametrize(
    "value, decimals, missing, text",
    [(0.0, 0, "not known", "0"), (nan, 0, "not known", "not known"), (nan, 1, "none", "none"),
     (1234.56, 1, "none", "1,234.6")],
)  # fmt: skip
def test_a_cell_is_a_number_or_why_there_is_none(value, decimals, missing, text):
    assert parts.cell(value, decimals, missing) == text


def test_every_clinical_area_has_a_row_and_says_how_to_get_a_figure():
    empty = pd.DataFrame(columns=TABLES["indicators"])
    text = clinical_areas.clinical_areas(selection(indicators=empty)).text
    for name in clinical_areas.AREAS:
        row = next(line for line in text.split("\n") if line.startswith(name.capitalize()))
        assert "No figure for this area. " in row and row.endswith("none | none | none")


def test_tables_of_need_are_empty_without_models(monkeypatch):
    for module in (needs, needs_ledger):
        monkeypatch.setattr(module, "load_models", list)
    made = inputs_of(people(), count_rows({"measure": "MH11", "count": 50}))
    for name in ("prevalence", "need"):
        assert area_rows(made.tables[name]).empty
        assert list(made.tables[name]) == TABLES[name]
