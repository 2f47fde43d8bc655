"""Who is behind: groups beside each other, tested, in children; and how a page says it."""

import types
from dataclasses import replace
from math import nan
from pathlib import Path

import pandas as pd
import pytest
from test_present_samples import BARNET, ENGLAND, known, poverty, write_edition

from cyp_analysis import catalogue, equity, geography, loaders
from cyp_analysis.build import derived, inequalities, inequalities_slopes
from cyp_analysis.build.indicators import build_indicators
from cyp_analysis.build.inequalities_groups import group_rows
from cyp_analysis.build.inequalities_shares import NO_COUNTS, representation
from cyp_analysis.catalogue import Measured
from cyp_analysis.edition_tables import TABLES
from cyp_analysis.errors import CatalogueError, ChapterError
from cyp_analysis.present.view import open_chapter
from cyp_analysis.present.voices import behind, core20, groups, inequality

ROOT = Path(__file__).parents[1]
ETHNIC = "ethnicity"


def indicator(**changes):
    return poverty(statistic="proportion", interval="wilson", **changes)


def rate(**changes):
    kind = {"statistic": "published", "interval": "published", "value": Measured("tables", "m")}
    return poverty(**kind, multiplier=10_000, unit="per 10,000", **changes)


def row(**changes) -> dict:
    """One indicator row of a group, its value from its counts unless given."""
    made = {
        "indicator_id": "child_poverty",
        "area_code": BARNET,
        "period_start": pd.Timestamp(2025, 1, 1),
        "period_end": pd.Timestamp(2025, 12, 31),
        "period_label": "2025",
        "sex": "persons",
        "age": "<16 yrs",
        "category_type": ETHNIC,
        "category": "Asian",
        "count": 100.0,
        "denominator": 400.0,
        "lower_ci_95": nan,
        "upper_ci_95": nan,
        "source_id": "poverty_tables",
        "source_published": pd.NaT,
        "source_row": 2,
        "source_file": "figures.csv",
    }
    made |= changes
    made.setdefault("value", 100 * made["count"] / made["denominator"])
    return made


def frame(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame([row(**changes) for changes in rows])


def inputs(rows: pd.DataFrame, *indicators) -> derived.Inputs:
    of = {i.id: i for i in indicators or (indicator(),)}
    return derived.Inputs(rows, pd.DataFrame(), {}, types.SimpleNamespace(indicators=of))


def made(rows: pd.DataFrame, *indicators) -> pd.DataFrame:
    return inequalities.inequalities(inputs(rows, *indicators))


THREE = [
    {"category": "Asian", "count": 60.0, "denominator": 300.0},
    {"category": "Black", "count": 100.0, "denominator": 200.0},
    {"category": "White", "count": 90.0, "denominator": 500.0},
]


# --- counts of every group ------------------------------------------------------------------------


def test_a_group_is_set_beside_all_the_others_together():
    table = made(frame(*THREE)).set_index("group")
    black = table.loc["Black"]
    assert (black["reference"], black["reference_value"]) == (
        "rest",
        pytest.approx(100 * 150 / 800),
    )
    assert black["gap"] == pytest.approx(50 - 18.75)
    assert (black["side"], black["outcome"]) == ("higher", "worse")
    assert black["ratio"] == pytest.approx(50 / 18.75)
    assert black["gap_lower"] < 31.25 < black["gap_upper"]
    # 100 less 200 × 18.75%
    assert black["behind"] == pytest.approx(62.5)
    assert black["direction"] == "fewer"
    assert table.loc["White", "outcome"] == "better"
    assert table.loc["White", "direction"] == "none"


def test_newcombes_published_example_of_two_proportions():
    """56 of 70 less 48 of 80: 0.2, 95% limits 0.0524 to 0.3339 (Newcombe 1998, example a)."""
    table = made(
        frame(
            {"category": "A", "count": 56.0, "denominator": 70.0},
            {"category": "B", "count": 48.0, "denominator": 80.0},
        )
    )
    first = table[table["group"] == "A"].iloc[0]
    assert first["gap"] == pytest.approx(20)
    assert (first["gap_lower"], first["gap_upper"]) == (
        pytest.approx(5.24, abs=0.01),
        pytest.approx(33.39, abs=0.01),
    )


def test_a_group_that_is_withheld_leaves_no_known_rest():
    rows = frame(*THREE, {"category": "Other", "count": nan, "denominator": nan, "value": nan})
    table = made(rows)
    assert list(table["group"]) == ["Asian", "Black", "White"]
    assert set(table["side"]) == {"not_compared"}
    assert table["note"].str.startswith("not tested").all()


def test_categories_of_which_nothing_is_known_are_no_groups():
    table = made(frame(*THREE, {"category": "Not stated", "count": 5.0, "denominator": 50.0}))
    assert "Not stated" not in set(table["group"])
    assert set(table["reference"]) == {"rest"}


def test_totals_within_a_breakdown_are_no_groups():
    sen = {"category_type": "SEN provision"}
    table = made(
        frame(
            sen | {"category": "No identified SEN", "count": 700.0, "denominator": 1000.0},
            sen | {"category": "All SEN", "count": 20.0, "denominator": 100.0},
            sen | {"category": "SEN support", "count": 16.0, "denominator": 60.0},
            sen | {"category": "EHC plan", "count": 4.0, "denominator": 40.0},
        ),
        indicator(polarity="high_is_good"),
    ).set_index("group")
    assert "All SEN" not in table.index
    assert table.loc["SEN support", "reference_value"] == pytest.approx(100 * 704 / 1040)
    assert table.loc["EHC plan", "direction"] == "more"


def test_a_breakdown_within_one_group_is_none_of_all_children():
    rows = frame(*({"category_type": "SEN primary need"} | each for each in THREE))
    assert made(rows).empty


def test_shares_of_one_whole_are_no_gaps():
    rows = frame(*({**each, "denominator": 250.0} for each in THREE))
    table = made(rows)
    assert table["composition"].all()
    assert set(table["side"]) == {"not_compared"}
    assert table["behind"].isna().all()


def test_percentages_that_add_up_to_a_hundred_are_shares_of_one_whole():
    rows = frame(
        {"category": "A", "value": 60.0, "count": nan, "denominator": nan},
        {"category": "B", "value": 40.2, "count": nan, "denominator": nan},
    )
    assert made(rows)["composition"].all()


def test_a_bare_number_of_children_has_no_groups_ahead_or_behind():
    assert made(frame(*THREE), indicator(tags={"theme": "population"})).empty
    assert made(frame(*THREE), poverty(statistic="count")).empty


def test_one_group_alone_has_nothing_beside_it():
    assert made(frame(THREE[0])).empty


def test_neither_better_nor_worse_where_neither_is_good():
    table = made(frame(*THREE), indicator(polarity="no_judgement")).set_index("group")
    assert table.loc["Black", "outcome"] == "higher"


# --- intervals ------------------------------------------------------------------------------------

# Hospital admissions for injuries per 10,000 children, Barnet, 2023/24 (Fingertips 90284).
SEXES = [
    {
        **{"category_type": "", "category": "", "sex": "male", "count": 265.0},
        **{"denominator": 39641.0, "value": 66.85, "lower_ci_95": 59.47, "upper_ci_95": 75.91},
    },
    {
        **{"category_type": "", "category": "", "sex": "female", "count": 195.0},
        **{"denominator": 37048.0, "value": 52.634, "lower_ci_95": 45.51, "upper_ci_95": 60.57},
    },
]


def test_two_sexes_are_tested_by_their_published_intervals():
    table = made(frame(*SEXES), rate()).set_index("group")
    males = table.loc["male"]
    assert (males["dimension"], males["reference"], males["method"]) == ("sex", "other", "mover")
    assert males["gap"] == pytest.approx(66.85 - 52.634)
    # 14.216 less the root of 7.38² + 7.936², more the root of 9.06² + 7.124²
    assert males["gap_lower"] == pytest.approx(14.216 - (7.38**2 + 7.936**2) ** 0.5, abs=1e-6)
    assert males["gap_upper"] == pytest.approx(14.216 + (9.06**2 + 7.124**2) ** 0.5, abs=1e-6)
    assert males["outcome"] == "worse"
    assert males["behind"] == pytest.approx(265 - 39641 * 52.634 / 10_000)


def deciles(**changes) -> list[dict]:
    """Ten groups from 100 down to 55, each with an interval of two either side, and everyone."""
    names = [f"{word} deprived decile (IMD2019)" for word in (*MORE, *LESS)]
    ten = [
        {
            **{
                "area_code": ENGLAND,
                "category_type": "District deprivation deciles",
                "category": n,
            },
            **{"value": 100.0 - 5 * place, "count": nan, "denominator": 1000.0},
            **{"lower_ci_95": 98.0 - 5 * place, "upper_ci_95": 102.0 - 5 * place},
        }
        for place, n in enumerate(names)
    ]
    whole = {"area_code": ENGLAND, "category_type": "", "category": "", "value": 77.5}
    return [each | changes for each in [*ten, whole | {"count": nan}]]


MORE = ("Most", "Second most", "Third more", "Fourth more", "Fifth more")
LESS = ("Fifth less", "Fourth less", "Third less", "Second least", "Least")


def test_ordered_groups_are_set_beside_everyone():
    table = made(frame(*deciles()), rate()).sort_values("place")
    assert list(table["place"]) == list(range(1, 11))
    assert set(table["reference"]) == {"everyone"}
    assert list(table["side"]) == ["higher"] * 5 + ["lower"] * 5
    assert table["behind"].isna().all()


def test_one_sex_is_set_beside_everyone_of_that_sex():
    girls = [each | {"sex": "female"} for each in deciles()]
    table = made(frame(*girls), rate())
    assert (table["reference_value"] == 77.5).all()
    boys_only_beside_girls = [*deciles()[:-1], deciles()[-1] | {"sex": "female"}]
    assert made(frame(*boys_only_beside_girls), rate())["reference_value"].isna().all()


def test_the_slope_of_a_straight_line():
    """Ten equal groups, five apart: 50 from the one end to the other, on a log line near to"
    " that."""
    table = inequalities_slopes.gradients(inputs(frame(*deciles()), rate()))
    one = table.iloc[0]
    assert one["groups"] == 10
    assert (one["most_deprived"], one["least_deprived"]) == (100, 55)
    assert one["slope"] == pytest.approx(50, abs=1.5)
    assert one["slope_lower"] < one["slope"] < one["slope_upper"]
    assert one["relative"] == pytest.approx(1.94, abs=0.05)
    assert list(table) == TABLES["gradients"]


def test_groups_without_an_order_have_no_slope():
    assert inequalities_slopes.gradients(inputs(frame(*THREE))).empty


def test_a_missing_tenth_leaves_no_slope_and_says_why():
    table = inequalities_slopes.gradients(inputs(frame(*deciles()[1:]), rate()))
    assert table["slope"].isna().all()
    assert table["slope_note"].str.contains("quantile").all()


# --- groups with an indicator each ----------------------------------------------------------------


def family(*names: str, whole: bool) -> equity.Equity:
    of = equity.Family("child_poverty", "disadvantage", dict(zip("AB", names, strict=True)), whole)
    return equity.Equity(
        dimensions=(equity.Dimension("disadvantage", "Disadvantage", ("disadvantage",)),),
        families=(of,),
    )


@pytest.mark.parametrize(("whole", "reference"), [(True, "other"), (False, "everyone")])
def test_indicators_of_groups_are_groups_of_their_headline(monkeypatch, whole, reference):
    monkeypatch.setattr(equity, "load", lambda: family("poor", "others", whole=whole))
    plain = {"category_type": "", "category": "", "count": nan, "denominator": nan}
    rows = frame(
        plain | {"indicator_id": "poor", "value": 45.2},
        plain | {"indicator_id": "others", "value": 60.7},
        plain | {"value": 56.7},
    )
    table = made(rows, indicator()).set_index("group")
    assert set(table["indicator_id"]) == {"child_poverty"}
    assert set(table["reference"]) == {reference}
    assert table.loc["A", "gap"] == pytest.approx(45.2 - (60.7 if whole else 56.7))
    assert set(table["side"]) == {"not_compared"}


def test_a_family_whose_headline_is_not_in_the_catalogue_is_left_out(monkeypatch):
    found = family("poor", "others", whole=True)
    rows = frame({"indicator_id": "poor", "category_type": "", "category": ""})
    of = types.SimpleNamespace(indicators={})
    assert group_rows(rows, of, found).empty


# --- shares in services ---------------------------------------------------------------------------


@pytest.fixture
def pair(monkeypatch):
    of = equity.Equity(representation=(equity.Representation("some children", "service", "all"),))
    monkeypatch.setattr(equity, "load", lambda: of)


def test_a_share_in_a_service_over_a_share_of_children(pair):
    """61% of children in need against 52% of all children: 1.17 times."""
    rows = frame(
        {"indicator_id": "service", "category": "In need", "value": 61.0, "count": nan},
        {"indicator_id": "all", "category_type": "", "category": "", "value": 52.0},
    )
    one = representation(inputs(rows)).iloc[0]
    assert one["ratio"] == pytest.approx(1.173, abs=0.001)
    assert (one["note"], one["population_label"]) == (NO_COUNTS, "2025")
    assert pd.isna(one["ratio_lower"])


def test_counts_give_the_ratio_its_limits(pair):
    rows = frame(
        {"indicator_id": "service", "category": "In care", "count": 60.0, "denominator": 100.0},
        {"indicator_id": "all", "category_type": "", "category": "", "value": 50.0},
    )
    one = representation(inputs(rows)).iloc[0]
    # Wilson limits of 60 in 100: 50.2 to 69.1
    assert one["ratio_lower"] == pytest.approx(50.2 / 50, abs=0.01)
    assert one["ratio_upper"] == pytest.approx(69.1 / 50, abs=0.01)


def test_a_service_without_a_population_has_no_ratio(pair):
    rows = frame({"indicator_id": "service", "category": "In care"})
    table = representation(inputs(rows))
    assert table.empty
    assert list(table) == TABLES["representation"]


# --- the frame as data ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "dimension"),
    [
        ("District & UA deprivation deciles in England (IMD2019)", "deprivation"),
        ("IDACI decile", "deprivation"),
        ("Ethnic group: major", "ethnicity"),
        ("imd_quintile", "deprivation"),
        ("Gender", "sex"),
        ("SEN provision", "sen"),
        ("Free school meal eligibility", "free_school_meals"),
        ("First language", "language"),
        ("category of abuse", None),
        ("placement type", None),
        ("sentence", None),
        ("SEN primary need", None),
    ],
)
def test_kinds_of_breakdown_are_known_by_their_words(kind, dimension):
    found = equity.load().dimension_of(kind)
    assert (found.id if found else None) == dimension


@pytest.mark.parametrize(
    ("group", "place"),
    [
        ("Most deprived decile (IMD2019)", 1),
        ("Second most deprived decile (IMD2019)", 2),
        ("Fifth more deprived decile (IMD2019)", 5),
        ("Fifth less deprived decile (IMD2019)", 6),
        ("Least deprived decile (IMD2019)", 10),
        ("Second least deprived quintile", 4),
        ("0-10% most deprived", 1),
        ("90 to 100%", 10),
        ("IMD decile 7", 7),
        ("3", 3),
        ("White", None),
    ],
)
def test_the_place_of_a_group_from_the_most_deprived(group, place):
    assert equity.place_of(group) == place


def test_every_indicator_that_the_frame_names_exists():
    known_ids = {path.stem for path in (ROOT / "data/catalogue/indicators").glob("*.yml")}
    frame_of = equity.load()
    named = {name for family in frame_of.families for name in family.groups.values()}
    named |= {family.headline for family in frame_of.families}
    named |= {name for pair in frame_of.breakdowns.items() for name in pair}
    named |= {n for pair in frame_of.representation for n in (pair.service, pair.population)}
    assert named - known_ids == set()
    assert {f.dimension for f in frame_of.families} <= {d.id for d in frame_of.dimensions}
    assert [area.id for area in frame_of.clinical_areas] == [
        *("asthma", "diabetes", "epilepsy", "oral health", "mental health")
    ]


def test_a_frame_with_an_unknown_key_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "catalogue" / "equity.yml"
    path.parent.mkdir()
    path.write_text("dimension: []\n", encoding="utf-8")
    monkeypatch.setattr(equity.paths, "data_dir", lambda: tmp_path)
    with pytest.raises(CatalogueError, match="dimension"):
        equity.load()


def test_a_project_without_the_frame_has_an_empty_one(tmp_path, monkeypatch):
    monkeypatch.setattr(equity.paths, "data_dir", lambda: tmp_path)
    assert equity.load() == equity.Equity()


# --- the page -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "label", "mid"),
    [
        ("male", "Males", "males"),
        ("Most deprived decile (IMD2019)", "Most deprived tenth", "the most deprived tenth"),
        ("Least deprived quintile", "Least deprived fifth", "the least deprived fifth"),
        ("Black/African", "Black/African", "the group “Black/African”"),
    ],
)
def test_names_of_groups(group, label, mid):
    assert groups.group_name(group) == label
    assert groups.in_sentence(group) == mid


def test_a_finding_says_who_by_how_much_and_how_sure():
    table = made(frame(*SEXES), rate(subject="admissions for injuries"))
    said = inequality.finding(table, rate(subject="admissions for injuries", interval_rounding=1))
    assert said == (
        "In Barnet in 2025, the figure for admissions for injuries is 66.9 (95% CI 59.5 to 75.9)"
        " for"
        " males, significantly higher than for females (52.6), a difference of 14.2 per 10,000"
        " (95% CI 3.4 to 25.7)."
    )
    assert inequality.behind_sentence(table) == (
        "At the value of females the count for males (265) would be about 56 (25 to 90) lower."
    )


def test_a_finding_where_none_differs():
    rows = frame(THREE[0], {"category": "Black", "count": 70.0, "denominator": 350.0})
    said = inequality.finding(made(rows), indicator())
    assert said.startswith(
        "In Barnet in 2025, the figure for children under 16 in low-income families"
    )
    assert said.endswith("; no group differs significantly.")
    assert inequality.behind_sentence(made(rows)) == ""


def test_a_finding_where_none_was_tested():
    rows = frame(
        {"category": "A", "value": 60.0, "count": nan, "denominator": nan},
        {"category": "B", "value": 30.0, "count": nan, "denominator": nan},
    )
    said = inequality.finding(made(rows), indicator())
    assert "runs from 30.0% (the group “B”) to 60.0% (the group “A”)" in said
    assert said.endswith("; the differences were not tested.")


def test_worse_is_spoken_of_before_better_and_the_widest_first():
    apart = pd.DataFrame(
        {"outcome": ["better", "worse", "worse"], "gap": [-40.0, 5.0, 9.0], "group": list("abc")}
    )
    assert inequality.worst(apart)["group"] == "c"


@pytest.fixture
def chapter(outputs, monkeypatch):
    """The sample chapter of an edition that holds the groups of the rows given."""

    def show(rows: pd.DataFrame, *indicators):
        samples = known()
        monkeypatch.setattr(catalogue, "load", lambda folder=None: samples)
        folder = write_edition(outputs / "2026")
        given = inputs(rows, *indicators)
        tables = {
            "inequalities": inequalities.inequalities(given),
            "gradients": inequalities_slopes.gradients(given),
            "representation": representation(given),
            "deprivation_profile": pd.DataFrame(columns=TABLES["deprivation_profile"]),
        }
        for name, table in tables.items():
            derived._texts_where_nothing(table).to_parquet(folder / f"{name}.parquet")
        return open_chapter("sample", BARNET)

    return show


def test_the_block_of_an_inequality(chapter):
    block = chapter(frame(*THREE)).inequality("child_poverty")
    assert block.html.count("<figure") == 1
    assert "significantly higher than for all other groups together (18.8%)" in block.text
    assert "Black | 100 | 50.0" in block.text
    assert "All other groups together" in block.text
    assert "▲ Higher, worse" in block.text
    assert "nan" not in block.text


def test_two_bare_values_have_a_table_and_no_picture(chapter):
    rows = frame(
        {"category": "A", "value": 60.0, "count": nan, "denominator": nan},
        {"category": "B", "value": 30.0, "count": nan, "denominator": nan},
    )
    block = chapter(rows).inequality("child_poverty")
    assert "<figure" not in block.html
    assert "<table" in block.html


def test_the_nation_stands_in_where_the_area_has_no_groups(chapter):
    rows = frame(*({**each, "area_code": ENGLAND} for each in THREE))
    assert "In England in 2025," in chapter(rows).inequality("child_poverty").text


def test_no_groups_no_block(chapter):
    shown = chapter(frame(*THREE).head(0))
    assert shown.inequality("child_poverty").html == ""
    assert shown.behind_the_gaps().html == ""
    assert shown.widest_gap().html == ""
    assert shown.representation().html == ""
    assert shown.gap_series("child_poverty").html == ""


def test_gaps_are_listed_by_their_children(chapter):
    block = chapter(frame(*THREE)).behind_the_gaps()
    assert block.text.startswith("One group in Barnet is significantly worse off")
    # 100 less 200 × 18.75%; Wilson limits of 100 in 200 are 86 to 114
    assert "| 63 fewer | 49 to 76 |" in block.text
    assert "It says how large a gap is, not what causes it." in block.text


def test_the_gap_of_most_children_in_a_sentence(chapter):
    block = chapter(frame(*THREE)).widest_gap()
    assert block.text == (
        "Of the tested gaps the one of most children or events is in “Children under 16 in"
        " low-income families”, 2025: 50.0% for the group “Black” against 18.8%, about 63 fewer"
        " than"
        " the 100 counted would make it level."
    )
    assert "<table" not in block.html


def test_a_gap_over_two_years_is_drawn(chapter):
    before = {"period_label": "2024", "period_start": pd.Timestamp(2024, 1, 1)}
    before |= {"period_end": pd.Timestamp(2024, 12, 31)}
    pair = THREE[1:]
    earlier = [each | before | {"count": each["count"] - 10} for each in pair]
    block = chapter(frame(*pair, *earlier)).gap_series("child_poverty")
    assert "<figure" in block.html
    assert block.text.startswith(
        "The gap between the group “Black” and the group “White” was 29.0 percentage points in 2024"
        " and 32.0 percentage points in 2025. The change of the gap was not tested."
    )


def test_the_ends_of_many_groups_in_no_order_are_no_gap(chapter):
    before = {"period_label": "2024", "period_start": pd.Timestamp(2024, 1, 1)}
    before |= {"period_end": pd.Timestamp(2024, 12, 31)}
    earlier = [each | before for each in THREE]
    assert chapter(frame(*THREE, *earlier)).gap_series("child_poverty").html == ""


def test_core20plus5_says_what_is_not_known(chapter):
    text = chapter(frame(*THREE)).core20plus5().text
    assert "This edition does not say how many people in Barnet live in the most deprived" in text
    assert "No groups have been chosen for Barnet yet. NHS England suggests considering:" in text
    assert text.count("No figure in this edition") == 5


def test_groups_that_an_area_has_chosen_are_listed(chapter, tmp_path, monkeypatch):
    shown = chapter(frame(*THREE))
    folder = tmp_path / "data" / "commentary" / BARNET
    folder.mkdir(parents=True)
    path = folder / "plus_groups.csv"
    path.write_text("group,why,decided\nYoung carers,They miss school,2026-01-01\n")
    monkeypatch.setattr(core20.paths, "data_dir", lambda: tmp_path / "data")
    assert "Young carers | They miss school | 2026-01-01" in core20._plus(shown._selection).text
    path.write_text("group\nYoung carers\n")
    with pytest.raises(ChapterError, match="must have the column why"):
        core20.read_plus_groups(BARNET)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ((nan, nan), "; the source prints no counts, so the difference was not tested."),
        ((0.9, 1.3), "; the interval holds 1, so the difference may be chance."),
        ((1.1, 1.3), ": 1.17 times their share."),
    ],
)
def test_representation_in_words(ends, expected):
    shares = {"share": 61.0, "population_share": 52.0, "population_label": "2018"}
    one = pd.Series(
        {"name": "some children", "category": "In need", "ratio": 61 / 52}
        | shares
        | dict(zip(("ratio_lower", "ratio_upper"), ends, strict=True))
    )
    said = behind._most(one, "Barnet")
    assert said.endswith(expected)
    assert said.startswith(
        "In Barnet, some children made up 61% under “In need” and 52% of all children (2018): 1.17"
    )


def test_the_table_of_the_edition_has_its_columns():
    table = made(frame(*THREE))
    assert list(table) == TABLES["inequalities"]
    assert geography.area(table["area_code"].iloc[0]).name == "Barnet"


# --- publishers' own figures ----------------------------------------------------------------------


def test_boys_and_girls_at_the_end_of_reception(real_data):
    """The groups of a real file against a reading of its cells of our own."""
    path = real_data / "dfe-explore-education-statistics" / "1_eyfsp_headline_measures_2022.csv"
    cells = pd.read_csv(path, dtype="str")
    mine = cells[(cells["new_la_code"] == BARNET) & (cells["characteristic"] == "Total")]
    mine = mine.set_index("gender")[["children_number", "gld_number", "gld_percentage"]]
    printed = mine.astype(float)
    known_as = catalogue.load()
    counts = [loaders.read(path).rows]
    chosen = {"good_level_of_development_counted": None, "good_level_of_development_by_group": None}
    of = replace(known_as, indicators={name: known_as.indicators[name] for name in chosen})
    rows = build_indicators(counts, of)
    whole = inequalities.inequalities(derived.Inputs(rows, pd.DataFrame(), {}, of))
    table = whole[whole["area_code"] == BARNET].set_index("group")
    boys = table.loc["male"]
    sexes = boys if isinstance(boys, pd.Series) else boys[boys["dimension"] == "sex"].iloc[0]
    assert sexes["count"] == printed.loc["Boys", "gld_number"] == 1276
    assert sexes["value"] == pytest.approx(printed.loc["Boys", "gld_percentage"], abs=0.05)
    assert sexes["reference_value"] == pytest.approx(
        printed.loc["Girls", "gld_percentage"], abs=0.05
    )
    girls = printed.loc["Girls", "gld_number"] / printed.loc["Girls", "children_number"]
    expected = 1276 - printed.loc["Boys", "children_number"] * girls
    assert sexes["behind"] == pytest.approx(expected)
    assert (sexes["outcome"], sexes["direction"]) == ("worse", "more")
    assert "All SEN" not in table.index
    assert "Specific learning difficulty" not in table.index
