"""Any Explore Education Statistics file without a passport of its own: real files against an
independent reading of them, and every other way to lay such a file out in small."""

import csv
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import read, table
from cyp_analysis.loaders.dfe import columns as dfe_columns
from cyp_analysis.loaders.dfe import filters as dfe_filters
from cyp_analysis.loaders.dfe import general as dfe_general
from cyp_analysis.loaders.dfe import levels as dfe_levels
from cyp_analysis.loaders.dfe import meta as dfe_meta
from cyp_analysis.loaders.dfe import periods as dfe_periods

BARNET, ENGLAND, LONDON, OUTER = "E09000003", "E92000001", "E12000007", "E13000002"
IDENTIFIERS = "time_period,time_identifier,geographic_level,country_code,country_name"
AREAS = "region_code,region_name,old_la_code,new_la_code,la_name"
NATIONAL = "202324,Academic year,National,E92000001,England,,,,,"
OURS = (
    "202324,Academic year,Local authority,E92000001,England,E12000007,London,302,E09000003,Barnet"
)
META = (
    "col_name,col_type,label,indicator_grouping,indicator_unit,indicator_dp,filter_hint,"
    "filter_grouping_column"
)


def general():
    return catalogue.load().sources["dfe_explore_education_statistics"]


def write(folder: Path, *lines: str, columns: str = "", name: str = "file.csv") -> Path:
    path = folder / name
    header = f"{IDENTIFIERS},{AREAS},{columns}"
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return path


def made(folder: Path, *lines: str, columns: str) -> table.CountTable:
    return dfe_general.read_general(write(folder, *lines, columns=columns), general())


def independently(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(real_data):
    return real_data / "dfe-explore-education-statistics"


REAL = [
    "1_eyfsp_headline_measures_2022.csv", "EES_ytd_data.csv", "UD_NEETNK_LA_dashboard_2022.csv",
    "UD_NEETNK_LA_dashboard_2025.csv", "b1_children_in_need_2013_to_2025.csv",
    "b3_cin_primary_need_2013_to_2024.csv", "cla_number_and_rate_per_10k_children.csv",
    "d1_child_protection_plans_2013_to_2024.csv", "fsm_la.csv", "ks4_la.csv",
    "la_care_leavers_accommodation_suitability.csv", "la_cla_placement_stability.csv",
    "national_cla_adopted_average_time_between_adoption_process_stages.csv",
    "sen2_age_caseload.csv", "sen_needs_all_plans.csv", "spc_school_ap_placement.csv",
    "timeliness_20_week.csv", "week_29_persistent_absence.csv",
]  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_a_real_file_gives_every_figure_that_it_holds(folder, name):
    """Each plain number of each indicator stands once in the table, on its own line."""
    path = folder / name
    rows = dfe_general.read_general(path, general()).rows
    lines = independently(path)
    measures = rows["measure"].unique()
    assert len(measures) > 0
    kept = set(rows["source_row"])
    for measure in measures:
        ours = rows[rows["measure"] == measure].set_index("source_row")
        figure = ours["count"].fillna(ours["value"]).dropna()
        theirs = {
            at: float(line[measure])
            for at, line in enumerate(lines, start=2)
            if at in kept and line[measure].replace(".", "").lstrip("-").isdigit()
        }
        assert set(theirs) <= set(figure.index), measure
        assert all(figure[at] == pytest.approx(number) for at, number in theirs.items()), measure


def rows_of(path: Path, measure: str, category: str = "", **more: str) -> pd.DataFrame:
    rows = dfe_general.read_general(path, general()).rows
    found = rows[(rows["measure"] == measure) & (rows["category"] == category)]
    for name, text in more.items():
        found = found[found[name] == text]
    return found.set_index("area_code")


def test_needs_add_up_to_all_plans_of_an_area(folder):
    path = folder / "sen_needs_all_plans.csv"
    rows = dfe_general.read_general(path, general()).rows
    ours = rows[(rows["area_code"] == BARNET) & (rows["category"] == "")]
    count = ours.set_index("measure")["count"]
    needs = [name for name in count.index if name.startswith("number_")]
    assert count[needs].sum() == count["ehc_plans"]
    line = independently(path)[int(ours["source_row"].iloc[0]) - 2]
    assert line["la_name"] == "Barnet" and line["breakdown"] == "All EHC plans"
    assert ours.set_index("measure")["value"]["number_asd"] == float(line["asd_pc"])
    by_area = rows[(rows["category"] == "") & (rows["measure"] == "ehc_plans")]
    regions = by_area[by_area["area_code"].str.startswith("E12")]["count"].sum()
    england = by_area.loc[by_area["area_code"] == ENGLAND, "count"].item()
    assert regions == england == 638745


def test_girls_and_boys_add_up_to_all_children(folder):
    path = folder / "1_eyfsp_headline_measures_2022.csv"
    rows = dfe_general.read_general(path, general()).rows
    whole = rows[(rows["category"] == "") & (rows["measure"] == "children_number")]
    by_sex = whole.pivot_table(index="area_code", columns="sex", values="count")
    assert (by_sex["female"] + by_sex["male"] == by_sex["persons"]).all()
    assert by_sex.loc[ENGLAND, "persons"] == 622583
    (line,) = (
        line
        for line in independently(path)
        if (line["geographic_level"], line["la_name"]) == ("Local authority", "Barnet")
        and line["characteristic"] == line["gender"] == "Total"
    )
    barnet = rows_of(path, "gld_number", sex="persons").loc[BARNET]
    assert barnet["count"] == float(line["gld_number"]) == 2771
    assert barnet["value"] == float(line["gld_percentage"])


def test_a_count_carries_its_own_percentage_and_a_score_its_interval(folder):
    eyfsp = rows_of(folder / "1_eyfsp_headline_measures_2022.csv", "gld_number", sex="persons").loc[
        ENGLAND
    ]
    assert (eyfsp["count"], eyfsp["value"]) == (405723, 65.2)
    ks4 = dfe_general.read_general(folder / "ks4_la.csv", general()).rows
    scores = ks4[(ks4["measure"] == "avg_p8score") & ks4["value"].notna()]
    assert (scores["lower_ci_95"] < scores["value"]).sum() > 1000
    assert "p8score_CI_low" not in set(ks4["measure"])


def test_durations_are_months_and_say_so(folder):
    name = "national_cla_adopted_average_time_between_adoption_process_stages.csv"
    rows = dfe_general.read_general(folder / name, general()).rows
    first = rows[rows["source_row"] == 2].iloc[0]
    assert independently(folder / name)[0]["number"] == "00:10"
    assert (first["value"], first["age"]) == (10, "Aged 1")
    assert first["value_note"] == dfe_general.IN_MONTHS
    assert rows["count"].isna().all()


def test_weeks_and_their_frames(folder):
    rows = dfe_general.read_general(folder / "week_29_persistent_absence.csv", general()).rows
    first = rows[rows["source_row"] == 2].iloc[0]
    assert (first["period_label"], first["value"]) == ("week 30 of 2025", 18.7)
    assert (first["category_type"], first["category"]) == ("time_frame", "Year to date")


def test_districts_that_are_authorities_are_not_told_twice(folder):
    found = dfe_general.read_general(folder / "1_eyfsp_headline_measures_2022.csv", general())
    assert found.problems["problem"].tolist()[:1] == [
        "210 rows left out, from this one on: districts that have rows as authorities"
    ]
    assert not found.rows.duplicated(
        ["measure", "area_code", "sex", "category", "period_end"]
    ).any()


def test_the_older_underlying_file_of_the_same_layout(real_data):
    path = real_data / "dfe-sfr-underlying-data" / "2019_CLA_outcomes_KS4_UD1.csv"
    found = read(path)
    assert found.source.id == "dfe_explore_education_statistics"
    rows = found.rows[found.rows["measure"] == "cla_ks4_att8_points_total"]
    england = rows[rows["area_code"] == ENGLAND].iloc[0]
    assert (england["value"], england["period_label"]) == (102953.75, "2018/19")
    # Two of its rows say "year ending 31 march 2018" and 2018/19: they contradict themselves.
    bad = found.problems[found.problems["problem"].str.startswith("left out: period")]
    lines = independently(path)
    said = [lines[at - 2]["time_identifier"] for at in bad["source_row"]]
    assert set(said) == {"year ending 31 march 2018"}


# ---- columns -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, cells, part",
    [
        ("t_pupils", ["5", "6"], "count"),
        ("pupils", ["5", "c"], "count"),
        ("pt_overall", ["5", "6"], "value"),
        ("asd_pc", ["31", "c"], "value"),
        ("PC_plans_issued", ["58"], "value"),
        ("attendance_perc", ["94.1"], "value"),
        ("avg_att8", ["46"], "value"),
        ("rate_per_10000", ["67"], "value"),
        ("susp_rate", ["7"], "value"),
        ("t_att8", ["228722.25", "10148.5"], "value"),
        ("inpost_fte", ["36186.3", "2299.3"], "count"),
        ("caseload_fte", ["15.2"], "value"),
        ("N7_Low_income", ["40", "c"], "count"),
        ("net_gain", ["-5", "6", "-9"], "value"),
        ("Median_days", ["38"], "value"),
        ("No_SEN_%", ["44"], "value"),
        ("annual_change_FTE", ["1"], "value"),
        ("NEET_quintile", ["1"], "value"),
        ("1-10_days", ["30"], "count"),
        ("percentage_of_pupils", ["30"], "value"),
        ("Percentage of pupils entering the EBacc", ["48.7%"], "value"),
        ("unnamed", ["48.7%", "50.1%"], "value"),
    ],
)
def test_what_an_indicator_is(name, cells, part):
    assert dfe_columns.part_of(name, pd.Series(cells, dtype="str")) == part


def test_one_odd_cell_does_not_change_what_a_column_is():
    counts = pd.Series([str(n) for n in range(100)] + ["-1"], dtype="str")
    assert dfe_columns.part_of("looked_after", counts) == "count"


def roles(columns: dict[str, list[str]]) -> dfe_columns.Roles:
    rows = pd.DataFrame(columns, dtype="str")
    rows.insert(0, "source_row", range(2, len(rows) + 2))
    return dfe_columns.roles(rows, {})


def test_words_make_a_filter_and_symbols_do_not():
    found = roles({
        "school_type": ["Total", "Special"], "band": ["5-9", "10-14"], "low": ["low", "k"],
        "withheld": ["c", "z"], "mostly": ["1", "2"], "blank": ["", ""], "region_code": ["a", "b"],
        "school_urn": ["1", "2"], "provider_ukprn": ["3", "4"], "old_la_code": ["302", "303"],
    })  # fmt: skip
    assert found.filters == ("school_type", "band")
    assert list(found.indicators) == ["low", "withheld", "mostly"]


@pytest.mark.parametrize("name", ["ncyear", "age", "characteristic_age", "year_of_birth", "gender"])
def test_numbers_that_are_kinds_of_person_are_filters(name):
    assert roles({name: ["1", "2", "3"], "pupils": ["7", "8", "9"]}).filters == (name,)


@pytest.mark.parametrize("name", ["average_age", "median_age", "pupils_age_rate"])
def test_ages_that_are_figures_are_no_filters(name):
    assert roles({name: ["12.5", "13"]}).filters == ()


def test_a_few_odd_texts_leave_an_indicator_an_indicator():
    cells = [str(n) for n in range(30)]
    assert roles({"pupils": [*cells, "about 5"]}).filters == ()
    assert roles({"size": [*cells, "Total"]}).filters == ("size",)


def test_whole_numbers_without_which_keys_repeat_are_a_filter():
    areas = [f"E0900000{n}" for n in range(1, 5) for _ in range(3)]
    deciles = ["1", "2", "3"] * 4
    pupils = [str(100 + 7 * n) for n in range(12)]
    found = roles({"new_la_code": areas, "idaci_group": deciles, "pupils": pupils})
    assert found.filters == ("idaci_group",)
    assert list(found.indicators) == ["pupils"]


def test_stray_repeats_make_no_filter():
    areas = [f"E0900000{n}" for n in range(1, 10)] + ["E09000001"]
    found = roles({"new_la_code": areas, "pupils": [str(5 * n) for n in range(10)]})
    assert found.filters == ()


@pytest.mark.parametrize(
    "count, beside",
    [
        ("gld_number", "gld_percentage"),
        ("t_FSM", "pt_FSM"),
        ("number_asd", "asd_pc"),
        ("number", "percentage"),
        ("number", "rate_per_10000"),
        ("CPP_At31", "CPP_At31_rate"),
        ("Total_ehc", "Total_ehc_pc"),
        ("plans_20_weeks", "PC_plans_20_weeks"),
    ],
)
def test_pairs_of_count_and_percentage(count, beside):
    found = roles({count: ["5"], beside: ["50"], "other_pc": ["1"], "another": ["3"]})
    assert found.beside == {count: beside}


def test_a_percentage_goes_before_a_rate():
    found = roles({"x": ["5"], "x_rate": ["50"], "x_percent": ["1"]})
    assert found.beside == {"x": "x_percent"}


def test_limits_belong_to_one_value():
    found = roles({"avg_score": ["1"], "score_lower_ci": ["0"], "score_upper_ci": ["2"]})
    assert found.limits == {
        "avg_score": {"lower_ci_95": "score_lower_ci", "upper_ci_95": "score_upper_ci"}
    }
    alone = roles({"avg_score": ["1"], "other_lci": ["0"], "other_uci": ["2"]})
    assert alone.limits == {} and len(alone.indicators) == 3
    wider = roles({"avg_score": ["1"], "score_99_lci": ["0"], "score_99_uci": ["2"]})
    assert wider.limits == {}


# ---- filters -----------------------------------------------------------------------------------


def categories(**columns: list[str]) -> list[list[str]]:
    rows = pd.DataFrame(columns, dtype="str").assign(
        area_code=BARNET, time_period="2024", time_identifier="Calendar year"
    )
    return dfe_filters.categories(rows, tuple(columns), general()).to_numpy().tolist()


def test_totals_leave_a_headline_row_without_category():
    assert categories(
        gender=["Total", "Boys", "Girls", "Not known"],
        phase=["All schools", "All schools", "Primary", "All schools"],
    ) == [
        ["persons", "", "", ""],
        ["male", "", "", ""],
        ["female", "", "phase", "Primary"],
        ["persons", "", "gender", "Not known"],
    ]  # fmt: skip


def test_several_filters_are_joined():
    assert categories(topic=["Total", "Need"], detail=["Total", "Autism"]) == [
        ["persons", "", "", ""], ["persons", "", "topic | detail", "Need | Autism"],
    ]  # fmt: skip


def test_ages_go_to_their_own_column():
    assert categories(age_group=["Total", "0-4"], type=["All", "x y"]) == [
        ["persons", "", "", ""], ["persons", "0-4", "type", "x y"],
    ]  # fmt: skip


def test_totals_of_parts_are_parts():
    got = categories(place=["All plans", "Mainstream - total", "Special - total", "Special - LA"])
    assert [row[3] for row in got] == ["", "Mainstream - total", "Special - total", "Special - LA"]


def test_of_two_words_for_all_the_plainer_goes_where_both_stand():
    got = categories(activity=["Total", "Total in education", "Not applicable"])
    assert [row[3] for row in got] == ["", "Total in education", "Not applicable"]


def test_what_does_not_apply_is_dropped_where_nothing_is_lost():
    got = categories(kind=["Total", "Need"], need=["Not applicable", "Autism"])
    assert [row[2:] for row in got] == [["", ""], ["kind | need", "Need | Autism"]]


@pytest.mark.parametrize("word", ["All other pupils", "Overall effectiveness", "Totally other"])
def test_words_that_only_look_like_all(word):
    assert not dfe_columns.is_total(word)


def test_a_filter_named_as_one_of_ours(tmp_path):
    rows = made(tmp_path, OURS + ",Children in need,5", columns="category,pupils").rows
    assert rows[["category_type", "category", "count"]].to_numpy().tolist() == [
        ["category", "Children in need", 5.0]
    ]


# ---- metadata ----------------------------------------------------------------------------------


def with_meta(folder: Path, *meta: str, name: str = "file.meta.csv") -> None:
    (folder / name).write_text("\n".join([META, *meta, ""]), encoding="utf-8")


def test_the_metadata_file_decides(tmp_path):
    path = write(tmp_path, OURS + ",7,12,3", columns="year_group_no,points,share")
    with_meta(
        tmp_path,
        "year_group_no,Filter,Year group,,,,Filter by year,",
        "points,Indicator,Points,,,1,,",
        "share,Indicator,Share,,%,1,,",
    )
    rows = read(path).rows.set_index("measure")
    assert rows.loc["points", "count"] == 12
    assert rows.loc["share", "value"] == 3
    assert rows["category"].tolist() == ["7", "7"]


@pytest.mark.parametrize("unit, part", [("%", "value"), ("pp", "value"), ("£", "value")])
def test_units_of_the_metadata(tmp_path, unit, part):
    path = write(tmp_path, OURS + ",7", columns="figure_count")
    with_meta(tmp_path, f"figure_count,Indicator,Figure,,{unit},1,,")
    assert read(path).rows[part].tolist() == [7.0]


def test_a_metadata_file_that_cannot_be_used_is_told(tmp_path):
    path = write(tmp_path, OURS + ",7", columns="pupils")
    (tmp_path / "file.meta.csv").write_text("name,what\npupils,Indicator\n", encoding="utf-8")
    found = read(path)
    assert found.rows["count"].tolist() == [7.0]
    assert "file.meta.csv is not used" in found.problems["problem"].iloc[0]


def test_the_metadata_file_is_a_dictionary(tmp_path):
    with_meta(tmp_path, "pupils,Indicator,Pupils,,,0,,", "odd,Something,Odd,,,,,")
    found = read(tmp_path / "file.meta.csv")
    assert (found.kind, found.source.id) == ("dictionary", "dfe_data_set_metadata")
    assert found.rows["label"].tolist() == ["Pupils", "Odd"]
    assert found.problems["problem"].tolist() == [
        "col_type is neither Filter nor Indicator: Something"
    ]


def test_a_metadata_file_needs_its_columns(tmp_path):
    path = tmp_path / "x.meta.csv"
    path.write_text("col_name,label,indicator_unit\na,b,c\n", encoding="utf-8")
    with pytest.raises(SourceError, match="col_type"):
        read(path)


def test_data_and_metadata_in_one_archive(tmp_path):
    path = write(tmp_path, OURS + ",7", columns="figure")
    with_meta(tmp_path, "figure,Indicator,Figure,,%,1,,")
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("file.csv", "file.meta.csv"):
            file.write(tmp_path / name, f"data/{name}")
    path.unlink()
    inside = archive / "data" / "file.csv"
    assert dfe_meta.companion_of(inside) == archive / "data" / "file.meta.csv"
    assert read(inside).rows["value"].tolist() == [7.0]


def test_no_companion_of_another_file(tmp_path):
    assert dfe_meta.companion_of(tmp_path / "x.csv") is None
    assert dfe_meta.companion_of(tmp_path / "x.meta.csv") is None
    assert dfe_meta.companion_of(tmp_path / "x.ods") is None


# ---- areas -------------------------------------------------------------------------------------


def levels(*rows: dict[str, str]) -> table.Draft:
    blank = dict.fromkeys(dfe_levels.IDENTIFIERS, "")
    frame = pd.DataFrame([blank | {"time_period": "2024"} | row for row in rows], dtype="str")
    return dfe_levels.with_areas(
        table.Draft(frame.assign(source_row=range(2, len(rows) + 2))), "file.csv"
    )


def la(code: str = "", number: str = "", name: str = "", **more: str) -> dict[str, str]:
    level = {"geographic_level": "Local authority"}
    return level | {"new_la_code": code, "old_la_code": number, "la_name": name} | more


@pytest.mark.parametrize(
    "level, column, code",
    [
        ("National", "country_code", ENGLAND),
        ("country", "country_code", ENGLAND),
        ("Regional", "region_code", LONDON),
        ("REGION", "region_code", OUTER),
        ("Local authority", "new_la_code", BARNET),
        ("local-authority", "new_la_code", BARNET),
        ("LA", "new_la_code", BARNET),
        ("Local authority district", "lad_code", "E07000008"),
        ("LAD", "lad_code", "E07000008"),
        ("Ward", "ward_code", "E05013628"),
        ("LSOA", "lsoa_code", "E01000115"),
        ("Parliamentary constituency", "pcon_code", "E14001170"),
        ("Mayoral combined authority", "mayoral_combined_authority_code", "E47000001"),
    ],
)
def test_each_level_has_its_own_code(level, column, code):
    found = levels({"geographic_level": level, column: code})
    assert found.rows["area_code"].tolist() == [code]
    assert found.problems.empty


@pytest.mark.parametrize(
    "row, code",
    [
        (la("", "302"), BARNET),
        (la("x", "302.0"), BARNET),
        (la("", "", "Barnet"), BARNET),
        (la("", "", "London Borough of Barnet"), BARNET),
        (la("", "", "St Helens"), "E08000013"),
        (la("", "", "Bath & North East Somerset"), "E06000022"),
        ({"geographic_level": "National", "country_name": "ENGLAND"}, ENGLAND),
        (
            {
                "geographic_level": "National",
                "country_code": "E92000000",
                "country_name": "England",
            },
            ENGLAND,
        ),
        ({"geographic_level": "Regional", "region_name": "Outer London"}, OUTER),
        (
            {"geographic_level": "Regional", "region_code": LONDON, "region_name": "Outer London"},
            OUTER,
        ),
    ],
)
def test_numbers_and_names_stand_in_for_missing_codes(row, code):
    assert levels(row).rows["area_code"].tolist() == [code]


@pytest.mark.parametrize(
    "row",
    [
        la("E09000021 / E09000027"),
        la("E09000021/E09000027", "314 / 318"),
        la("", "314 / 318", "Kingston upon Thames / Richmond upon Thames"),
        la("z", "", "Kingston upon Thames and Richmond upon Thames"),
    ],
)
def test_a_figure_for_two_authorities_stands_at_each(row):
    found = levels(row).rows
    assert found["area_code"].tolist() == ["E09000021", "E09000027"]
    assert set(found["area_note"]) == {
        "figure is for Kingston upon Thames and Richmond upon Thames together"
    }


@pytest.mark.parametrize(
    "name, codes",
    [
        ("Cornwall and Isles of Scilly", ["E06000052", "E06000053"]),
        ("Hackney & City of London", ["E09000012", "E09000001"]),
        ("Hammersmith and Fulham", ["E09000013"]),
    ],
)
def test_names_of_two_areas_and_names_with_an_and(name, codes):
    assert levels(la(name=name)).rows["area_code"].tolist() == codes


def test_an_authority_with_a_row_of_its_own_keeps_it():
    found = levels(la("E06000052 / E06000053"), la("E06000053")).rows
    assert found[["area_code", "area_note"]].to_numpy().tolist() == [
        ["E06000052", "figure is for Cornwall and Isles of Scilly together"],
        ["E06000053", ""],
    ]


def test_other_levels_are_told_once_each():
    school = {"geographic_level": "School"}
    found = levels(la(BARNET), school, school, {"geographic_level": "MAT"}, {})
    assert found.problems["problem"].tolist() == [
        "2 rows left out, from this one on: geographic_level is School",
        "left out: geographic_level is MAT",
        "left out: geographic_level is blank",
    ]


def test_a_file_of_schools_only_names_its_levels():
    with pytest.raises(SourceError) as caught:
        levels({"geographic_level": "School"}, {"geographic_level": "Institution"})
    assert caught.value.got == ("rows of these geographic levels only: School (1), Institution (1)")


def test_areas_of_other_nations_and_without_codes():
    found = levels(
        la(BARNET),
        la("W06000015"),
        {"geographic_level": "Ward", "ward_code": "z"},
        la("E09999999", "999", "Nowhere"),
    )
    assert found.rows["area_code"].tolist() == [BARNET]
    assert found.problems["problem"].tolist() == [
        "left out: areas of other nations of the United Kingdom",
        "left out: no known code in `ward_code` at level Ward",
        "left out: area not known (code `E09999999`, number `999`)",
    ]


def test_districts_that_are_no_authorities_stay():
    lad = {"geographic_level": "Local authority district", "lad_code": BARNET}
    county = lad | {"lad_code": "E07000008"}
    assert levels(la(BARNET), lad, county).rows["area_code"].tolist() == [BARNET, "E07000008"]
    assert levels(lad).rows["area_code"].tolist() == [BARNET]


# ---- periods -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, identifier, label",
    [
        ("202324", "Academic year", "2023/24 school year"),
        ("2023/24", "Academic year", "2023/24 school year"),
        ("202324", "Financial year", "2023/24"),
        ("2024", "Calendar year", "2024"),
        ("2024", "Reporting year", "2023/24"),
        ("2025", "Week 30", "week 30 of 2025"),
        ("2024", "January", "January 2024"),
        ("202324", "Autumn term", "autumn term of 2023"),
        ("202324", "Spring Term", "spring term of 2024"),
        ("202324", "Autumn and spring term", "September 2023 to March 2024"),
        ("2024", "Calendar year Q2", "April to June 2024"),
        ("202324", "Part 1 (April to September)", "April to September 2023"),
        ("202324", "Part 2 (October to March)", "October 2023 to March 2024"),
        ("nonsense", "Academic year", ""),
    ],
)
def test_time_identifiers(text, identifier, label):
    rows = pd.DataFrame({"time_period": [text], "time_identifier": [identifier]}, dtype="str")
    assert dfe_periods.parse(rows)["period_label"].tolist() == [label]


def test_several_spellings_in_one_file(tmp_path):
    other = OURS.replace("202324", "2022/23")
    rows = made(tmp_path, OURS + ",5", other + ",6", columns="pupils").rows
    assert rows["period_label"].tolist() == ["2023/24 school year", "2022/23 school year"]


def test_reporting_years_are_told(tmp_path):
    line = OURS.replace("202324,Academic", "2024,Reporting")
    found = made(tmp_path, line + ",5", columns="pupils")
    assert found.problems["problem"].tolist() == [dfe_periods.READ_AS]


# ---- whole files -------------------------------------------------------------------------------


def test_the_order_and_case_of_columns_do_not_matter(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(
        "PUPILS,new_la_code,Country_Name,COUNTRY_CODE,Geographic_Level,Time_Identifier,TIME_PERIOD\n"
        "5,E09000003,England,E92000001,Local Authority,Academic Year,202324\n",
        encoding="utf-8",
    )
    rows = read(path).rows
    assert rows[["measure", "area_code", "count"]].to_numpy().tolist() == [["PUPILS", BARNET, 5.0]]


def test_cells_of_a_table_made_with_the_table_tool(tmp_path):
    path = tmp_path / "cells.csv"
    path.write_text(
        "location,location_code,geographic_level,time_period,gender,Number of pupils,Absence rate\n"
        "England,E92000001,National,2018/19,Total,1000,4.5\n"
        "Barnet,E09000003,Local authority,2018/19,Boys,30,z\n",
        encoding="utf-8",
    )
    found = read(path)
    assert found.source.id == "dfe_table_tool_cells"
    rows = found.rows[found.rows["measure"] == "Number of pupils"]
    assert rows[["area_code", "sex", "count", "period_label"]].to_numpy().tolist() == [
        [ENGLAND, "persons", 1000.0, "2018/19 school year"],
        [BARNET, "male", 30.0, "2018/19 school year"],
    ]


def test_a_file_without_an_indicator_is_refused(tmp_path):
    with pytest.raises(SourceError) as caught:
        made(tmp_path, OURS + ",Primary", columns="phase")
    assert caught.value.rule == "must have a column of figures"
    assert caught.value.got == "only phase"


def test_symbols_and_mistakes_in_a_cell(tmp_path):
    cells = ["5", "c", "k", "", "five"]
    lines = [f"{OURS.replace('202324', f'20{18 + i}{19 + i}')},{c}" for i, c in enumerate(cells)]
    found = made(tmp_path, *lines, columns="number")
    assert found.rows["value_note"].tolist() == [
        "", "suppressed (c)", "rounds to zero but is not zero (k)", "missing in file",
        "not a number in the file (five)",
    ]  # fmt: skip
    assert found.problems["problem"].tolist() == [
        "`number` is not a number or a known symbol: five"
    ]


def test_a_specific_passport_goes_before_the_general_one(folder):
    assert read(folder / "ks4_la.csv").source.id == "dfe_social_care_ks4"
    name = "national_cla_adopted_average_time_between_adoption_process_stages.csv"
    assert read(folder / name).source.id == "dfe_explore_education_statistics"
