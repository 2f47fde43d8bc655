"""The model behind the illustrative authority: chance by name, counts out of people, periods."""

import numpy as np
import pandas as pd
import pytest

from cyp_analysis import catalogue, paths
from cyp_analysis.demo import chance
from cyp_analysis.demo.layouts import documents, ees, own, population
from cyp_analysis.demo.levels import RATE, SCORE, SHARE, Kind, Levels, uses_of
from cyp_analysis.demo.measures import DataSet
from cyp_analysis.demo.model import Model, odds, ratio, span
from cyp_analysis.demo.people import LAST_YEAR, YEARS, make_world
from cyp_analysis.demo.places import COUNTRY, make_places, names
from cyp_analysis.demo.tables import File, by_pattern, csv_text, has_gap
from cyp_analysis.demo.words import words_for, words_together

AREAS = 12


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(make_world(make_places(AREAS)), catalogue.load())


# ---- chance


def test_the_same_name_gives_the_same_numbers():
    first, second = (chance.generator("a", 1).normal(size=5) for _ in range(2))
    assert (first == second).all()
    assert (chance.generator("a", 2).normal(size=5) != first).all()


def test_a_number_between_two_others_stays_there():
    found = [chance.between(3, 4, "name", n) for n in range(100)]
    assert min(found) >= 3
    assert max(found) <= 4
    assert len(set(found)) == 100


@pytest.mark.parametrize("weights", [[1.0], [1, 1], [5, 1, 1], [1, 0, 3], [0.2] * 12])
@pytest.mark.parametrize("total", [0, 1, 7, 1000])
def test_parts_add_up(weights, total):
    totals = np.full((2, 3), total)
    made = chance.parts(totals, np.array(weights, dtype=float), "test", total)
    assert made.shape == (len(weights), 2, 3)
    assert (made.sum(axis=0) == totals).all()
    assert (made >= 0).all()


def test_a_part_without_weight_is_empty():
    made = chance.parts(np.array([500]), np.array([1.0, 0.0, 1.0]), "none")
    assert made[1, 0] == 0


# ---- places and people


def test_the_first_authority_is_the_demonstrations_own():
    places = make_places(AREAS)
    assert places.authorities["name"].iloc[0] == names()["own"]
    assert len(places.authorities) == AREAS
    assert places.area_codes[-1] == COUNTRY
    assert len(places.area_codes) == AREAS + len(places.regions) + 1


@pytest.mark.parametrize("many", [11, 20, 60, 152, 400])
def test_codes_and_names_are_unique_at_any_scale(many):
    places = make_places(many)
    assert places.authorities["code"].is_unique
    assert places.authorities["name"].is_unique
    assert places.wards["code"].is_unique
    assert places.small_areas["code"].is_unique
    assert places.authorities["code"].str.fullmatch(r"E(06|08|09|10)9\d{5}").all()
    assert places.wards["code"].str.fullmatch(r"E059\d{5}").all()
    assert 2 <= len(places.regions) <= 9


def test_more_authorities_change_nothing_of_the_first():
    few, many = make_world(make_places(11)), make_world(make_places(60))
    assert (few.people[:, :, 0] == many.people[:, :, 0]).all()


def test_neighbours_are_ten_others_and_nearest_first():
    places = make_places(40)
    for place in (0, 7, 39):
        found = places.neighbours(place)
        assert len(set(found)) == 10
        assert place not in found
        away = (places.authorities["need"] - places.authorities["need"].iloc[place]).abs()
        assert away.iloc[found].mean() < away.mean()


def test_everywhere_adds_authorities_up(model):
    counts = np.arange(AREAS * 2).reshape(AREAS, 2)
    made = model.world.everywhere(counts)
    assert (made[:AREAS] == counts).all()
    assert (made[-1] == counts.sum(axis=0)).all()
    assert (made[AREAS:-1].sum(axis=0) == made[-1]).all()


def test_small_areas_hold_everyone_of_their_authority(model):
    world = model.world
    areas = world.places.small_areas
    own_code = world.places.authorities["code"].iloc[0]
    inside = (areas["area"] == own_code).to_numpy()
    assert inside.sum() == 48
    assert (world.small[:, :, inside].sum(axis=2) == world.people[:, :, 0, -1]).all()


def test_ages_of_an_authority_look_like_a_population(model):
    children = model.world.counted(0, 17)[:, -1]
    everyone = model.world.counted(0, 90)[:, -1]
    share = children / everyone
    assert ((share > 0.15) & (share < 0.32)).all()


# ---- ages and odds


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        ("<18 yrs", (0, 17)),
        ("<5 yrs", (0, 4)),
        ("16-17 yrs", (16, 17)),
        ("10 to 14 yrs", (10, 14)),
        ("5 yrs", (5, 5)),
        ("85+ yrs", (85, 90)),
        ("All ages", (0, 90)),
        ("", (0, 17)),
        ("10-200 yrs", (10, 90)),
    ],
)
def test_ages_as_written(age, expected):
    assert span(age) == expected


def test_odds_stay_between_nought_and_one():
    for likely in (0.001, 0.5, 0.9):
        moved = odds(likely, np.array([-3.0, 0.0, 3.0]))
        assert ((moved > 0) & (moved < 1)).all()
        assert moved[1] == pytest.approx(likely)
        assert (np.diff(moved) > 0).all()


def test_odds_of_more_than_one_each_are_in_proportion():
    assert odds(2.0, np.array([0.0]))[0] == 2.0
    assert odds(0.0, np.array([1.0]))[0] == 0.0


def test_a_ratio_without_a_base_is_missing():
    made = ratio(np.array([3, 3]), np.array([6, 0]), 100)
    assert made[0] == 50
    assert np.isnan(made[1])


def test_more_need_means_more_where_low_is_good(model):
    need = model.world.places.authorities["need"].to_numpy()
    bad = model.effects(1.0, "low income").mean(axis=1)
    good = model.effects(-1.0, "attainment").mean(axis=1)
    assert np.corrcoef(need, bad)[0, 1] > 0.3
    assert np.corrcoef(need, good)[0, 1] < -0.3


def test_a_count_is_drawn_once_under_its_name(model):
    base = model.people("<18 yrs")
    kind = Kind(RATE, 10_000, 1.0, 70)
    assert model.counts(base, kind, "once") is model.counts(base, kind, "once")
    rate = 10_000 * model.counts(base, kind, "once").sum() / base.sum()
    assert 45 < rate < 110


def test_scores_of_the_country_lie_among_the_authorities(model):
    made = model.scores(Kind(SCORE, 1, 1.0, 14), "a score")
    assert (made[-1] >= made[:AREAS].min(axis=0)).all()
    assert (made[-1] <= made[:AREAS].max(axis=0)).all()


# ---- levels


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("care_leaver_percent", (SHARE, 100)),
        ("pt_l2basics_94", (SHARE, 100)),
        ("NEET_pc", (SHARE, 100)),
        ("gld_percentage", (SHARE, 100)),
        ("CPP_start_rate", (RATE, 10_000)),
        ("avg_att8", (SCORE, 1)),
    ],
)
def test_a_column_says_what_its_numbers_are(column, expected):
    kind = Levels({}).kind("no such data set", "no such measure", column)
    assert (kind.what, kind.per) == expected


def test_a_measure_without_a_level_gets_a_usual_one():
    kind = Levels({}).kind("none", "none", "some_percent")
    assert 12 <= kind.level <= 34
    assert kind == Levels({}).kind("none", "none", "some_percent")


def test_known_levels_are_used(model):
    kind = model.levels.kind("dfe_children_looked_after", "looked_after_at_31_march")
    assert kind.what == RATE
    assert kind.per == 10_000
    assert 50 < kind.level < 90


def test_levels_have_two_figures_at_most():
    rows = pd.read_csv("data/demo/levels.csv", dtype=str, keep_default_na=False)
    for text in rows["level"]:
        digits = text.replace(".", "").replace("-", "").strip("0")
        assert len(digits) <= 2 or float(text) == float(f"{float(text):.2g}"), text


def test_polarity_tells_which_way_figures_go():
    uses = uses_of(catalogue.load())
    levels = Levels(uses)
    for (dataset, measure), used in list(uses.items())[:200]:
        polarity = used[0][0].polarity
        sign = levels.sign(dataset, measure)
        assert {"low_is_good": 1.0, "high_is_good": -1.0}.get(polarity, 0.4) == sign


# ---- measures of a data set


def test_a_share_has_the_base_that_stands_beside_it(model):
    source = model.catalogue.sources["dfe_care_leavers_accommodation"]
    data = DataSet(model, source)
    figure = data.figure("suitable_accommodation_19_21")
    total = data.figure("care_leavers_19_21")
    assert (figure.count <= total.count).all()
    known = total.count > 0
    assert np.allclose(figure.value[known], (100 * figure.count / total.count)[known])


def test_groups_of_a_breakdown_add_up_to_all(model):
    source = model.catalogue.sources["dfe_looked_after_characteristics"]
    data = DataSet(model, source)
    (name,) = source.measures
    words = ("Male", "Female")
    whole = data.figure(name).count
    added = sum(data.figure(name, group=(word, *words)).count for word in words)
    assert (added == whole).all()


@pytest.mark.parametrize(
    "source", ["dfe_children_looked_after", "dfe_referrals", "dfe_neet", "dfe_placement_stability"]
)
def test_an_ees_file_has_every_column_of_its_signature(model, source):
    passport = model.catalogue.sources[source]
    file = ees.write_ees(DataSet(model, passport))
    header = file.text.splitlines()[0].split(",")
    assert set(passport.header) <= set(header)
    assert file.path.parts[0] == source
    widths = {line.count(",") for line in file.text.splitlines()[:50] if '"' not in line}
    assert widths == {len(header) - 1}


# ---- documents


@pytest.mark.parametrize(
    ("period", "later", "expected"),
    [
        ("2018-09", 8, "2026-09"),
        ("2018-09-30", 8, "2026-09-30"),
        ("2018-04/2018-09", 8, "2026-04/2026-09"),
        ("2018/19", 8, "2026/27"),
        ("Q1 2017/18", 8, "Q1 2025/26"),
        ("c. 2018", 8, "c. 2026"),
        ("2019-2021", 5, "2024-2026"),
        ("1999/00", 1, "2000/01"),
        ("", 8, ""),
    ],
)
def test_periods_move_together(period, later, expected):
    assert documents._later(period, later) == expected


@pytest.mark.parametrize(
    ("period", "kind", "back", "expected"),
    [
        ("2026-09", "month", 1, "2026-08"),
        ("2026-01", "month", 2, "2025-11"),
        ("2026-09-30", "at_date", 7, "2026-02-28"),
        ("2026-04/2026-09", "year_to_date", 2, "2026-04/2026-07"),
        ("2026-04/2026-09", "year_to_date", 6, "2025-04/2026-03"),
        ("2025/26", "financial_year", 3, "2022/23"),
        ("2026", "calendar_year", 5, "2021"),
        ("c. 2026", "calendar_year", 1, ""),
        ("summer term", "month", 1, ""),
    ],
)
def test_earlier_periods_of_a_series(period, kind, back, expected):
    assert documents._earlier(period, kind, back) == expected


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2026-04/2026-09", 1.0),
        ("2026-04/2026-06", 0.5),
        ("2025-04/2026-03", 2.0),
        ("2026-09", 1.0),
    ],
)
def test_a_year_to_date_has_its_months(period, expected):
    assert documents._elapsed(period) == expected


def test_shares_move_but_nought_and_all_stay():
    key = ["m", "a", "persons", "", "", ""]
    assert documents._moved(0.0, key, ("d", "p", 0)) == 0.0
    assert documents._moved(1.0, key, ("d", "p", 0)) == 1.0
    moved = documents._moved(0.4, key, ("d", "p", 0))
    assert 0 < moved < 1
    assert moved != 0.4


def test_one_printed_number_is_one_drawn_number():
    period = ("document", "2026-09", 0)
    assert documents._number(8144, period, 1.0) == documents._number(8144, period, 1.0)
    assert documents._number(8144, period, 1.0) != 8144
    assert documents._number(0, period, 1.0) == 0
    assert np.isnan(documents._number(float("nan"), period, 1.0))


def test_a_drawn_count_stays_within_its_base():
    for base in (1, 5, 80, 4000):
        for count in {0, 1, base // 2, base}:
            key = ["m", "a", "persons", "", "", str(count)]
            made, new_base = documents._counts(count, base, ("d", "p", 0), key, 1.0)
            assert 0 <= made <= new_base


def test_documents_keep_the_measures_and_lose_the_numbers(model):
    sources = [s for s in model.catalogue.sources.values() if s.reader == "transcribed" and s.files]
    assert sources
    source = max(sources, key=lambda each: len(each.files))
    file = documents.write_document(model, source, "illustrative_document_1")
    rows = pd.read_csv(pd.io.common.StringIO(file.text), dtype=str, keep_default_na=False)
    assert not rows.duplicated(documents._KEY).any()
    codes = set(rows["area_code"]) - {""}
    assert codes <= set(model.world.places.area_codes)
    assert (rows["flag"] == "").all()
    months = rows.loc[rows["period_type"] == "month", "period"]
    assert months.nunique() >= 14


def test_groups_that_made_up_their_base_do_so_with_other_numbers(model):
    """Unaccompanied children by team: in the document 8 teams hold all 67."""
    sources = [s for s in model.catalogue.sources.values() if s.reader == "transcribed" and s.files]
    raw = paths.data_dir() / "raw"
    for source in sources:
        printed = pd.concat(map(pd.read_csv, (raw / source.id).glob("*/figures.csv")))
        if not (printed["measure"] == "UASC05").any():
            continue
        file = documents.write_document(model, source, "illustrative_document_1")
        rows = pd.read_csv(pd.io.common.StringIO(file.text))
        teams = rows[rows["measure"] == "UASC05"]
        each = teams.groupby("period").agg({"count": "sum", "denominator": ["min", "max"]})
        assert len(each) >= 14
        assert (each["count", "sum"] == each["denominator", "min"]).all()
        assert (each["denominator", "min"] == each["denominator", "max"]).all()
        shares = 100 * teams["count"] / teams["denominator"]
        assert (teams["value"] - shares).abs().max() <= 0.05 + 1e-9
        return
    raise AssertionError("no document has the measure")


def test_remainders_are_shared_out_and_nought_stays_nought():
    made = documents._apportioned(np.array([5.0, 3.0, 0.0, 3.0]), 10.0)
    assert made.tolist() == [4.0, 3.0, 0.0, 3.0]
    assert documents._apportioned(np.zeros(2), 4.0).tolist() == [0.0, 0.0]


# ---- words, files, projections


def test_words_of_a_column_that_indicators_ask_for_come_first():
    assert words_for("sex", ["Female"]) == ["Female", "Male"]
    assert words_for("some unknown column", []) == ["Group 1", "Group 2", "Group 3"]
    assert words_for("ethnicity_minor", [])[0] == "White"
    assert "Other" in words_for("reason", ["Illness"])


def test_words_of_two_columns_that_go_together():
    made = words_together("cla_group | characteristic")
    assert made["Gender"] == ["Male", "Female"]
    assert words_together("no | such") == {}


def test_names_of_files_fit_their_passports(model):
    from fnmatch import fnmatch

    for name in ("dfe_referrals", "dfe_neet", "dfe_children_looked_after"):
        source = model.catalogue.sources[name]
        made = by_pattern(source, "csv")
        assert any(fnmatch(made, pattern) for pattern in source.file_patterns)


def test_a_file_says_where_it_lies():
    file = File("a_source", "figures.csv", csv_text(["a", "b"], [[1, "x, y"]]))
    assert file.path.parts[0] == "a_source"
    assert file.text == 'a,b\n1,"x, y"\n'


def test_gaps_are_of_assessments_only():
    assert has_gap("dfe_early_years_profile", 2020)
    assert not has_gap("dfe_early_years_profile", 2019)
    assert not has_gap("dfe_children_looked_after", 2020)


def test_projections_begin_with_the_newest_estimate(model):
    made = population.projected(model.world)
    newest = model.world.people[..., YEARS.index(population.LAST_ESTIMATE)]
    assert made.shape[-1] == population.PROJECTED
    assert (made[:, 1:59, :, 0] == newest[:, 0:58]).all()
    assert (made >= 0).all()


def test_answers_of_the_survey_are_whole_and_weighted(model):
    source = model.catalogue.sources["local_survey_responses"]
    files = own.write_responses(model, source)
    answers = [file for file in files if file.name.endswith(".csv")]
    assert len(answers) == 2
    rows = pd.read_csv(pd.io.common.StringIO(answers[-1].text))
    assert rows["weight"].mean() == pytest.approx(1, abs=0.001)
    assert rows["respondent_id"].is_unique
    assert set(rows["q1"]) <= {"Agree", "Neither agree nor disagree", "Disagree"}
    assert LAST_YEAR == 2026
