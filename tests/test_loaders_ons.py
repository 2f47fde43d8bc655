"""Mid-year population estimates in both layouts, against cells read off the real files."""

import dataclasses

import openpyxl
import pandas as pd
import pytest

from cyp_analysis import area_kinds, catalogue
from cyp_analysis.errors import CatalogueError, SourceError
from cyp_analysis.loaders import read
from cyp_analysis.loaders.ons import ages as ons_ages
from cyp_analysis.loaders.ons import detailed as ons_detailed
from cyp_analysis.loaders.ons import mid_year as ons

ENGLAND, BARNET, LONDON = "E92000001", "E09000003", "E12000007"


def one(table, measure: str, area: str, label: str) -> pd.Series:
    rows = table.rows
    found = rows[
        (rows["measure"] == measure)
        & (rows["area_code"] == area)
        & (rows["period_label"] == label)
        & (rows["sex"] == "persons")
    ]
    assert len(found) == 1
    return found.iloc[0]


@pytest.fixture
def workbook(real_data):
    return real_data / "ons-population" / "mye23tablesew.xlsx"


@pytest.fixture(scope="module")
def estimates(real_data):
    """The workbook as read: it is large, and no test changes it."""
    return read(real_data / "ons-population" / "mye23tablesew.xlsx")


@pytest.fixture
def passport():
    return catalogue.load().sources["ons_population_single_year"]


def with_measures(source, **measures):
    return dataclasses.replace(source, measures=measures)


def test_children_as_used_for_rates_of_social_care(real_data):
    path = next((real_data / "ons-population").glob("ons_mid-year*.csv"))
    table = read(path)
    barnet = one(table, "population_0_17", BARNET, "mid-2024")
    assert (barnet["count"], barnet["source_row"]) == (93851, 149)
    assert barnet["period_end"] == pd.Timestamp(2024, 6, 30)
    assert one(table, "population_0_17", BARNET, "mid-2022")["count"] == 91011
    assert one(table, "population_0_17", ENGLAND, "mid-2023")["count"] == 12059476
    assert one(table, "population_0_17", ENGLAND, "mid-2024")["count"] == 12183016


def test_single_years_of_the_workbook_are_added_up(estimates):
    table = estimates
    england = one(table, "population_0_17", ENGLAND, "mid-2023")
    assert (england["count"], england["source_row"]) == (11998646, 10)
    assert one(table, "population_0_17", BARNET, "mid-2023")["count"] == 92218
    assert one(table, "population_all_ages", BARNET, "mid-2023")["count"] == 395007
    assert one(table, "population_all_ages", LONDON, "mid-2023")["count"] == 8945309


def test_both_sexes_come_from_sheets_of_their_own(workbook, passport):
    source = with_measures(passport, population_0_17={"ages": [0, 17]}, old={"ages": [90, None]})
    rows = ons.read_mid_year(workbook, source).rows
    barnet = rows[(rows["area_code"] == BARNET) & (rows["measure"] == "population_0_17")]
    people = barnet.set_index("sex")["count"]
    assert people["male"] + people["female"] == people["persons"] == 92218
    assert set(barnet["age"]) == {"0-17 yrs"}
    assert (rows.loc[rows["measure"] == "old", "count"] > 0).all()


def of_children(rows: pd.DataFrame, sex: str = "persons") -> pd.Series:
    """People under 18 by area."""
    found = rows[(rows["measure"] == "population_0_17") & (rows["sex"] == sex)]
    return found.set_index("area_code")["count"]


def test_every_area_of_england_is_there_districts_too(estimates):
    codes = of_children(estimates.rows).index
    assert codes.is_unique
    kinds = area_kinds.kinds(codes.to_series()).value_counts().to_dict()
    assert kinds == {
        "district": 164,
        "authority": 153,
        "region": 9,
        "metropolitan county": 6,
        "country": 1,
    }


def test_the_parts_of_england_add_up(estimates):
    for sex, england in (("persons", 11998646), ("female", None), ("male", None)):
        people = of_children(estimates.rows, sex)
        regions = people[people.index.str.startswith("E12")]
        assert regions.sum() == people[ENGLAND]
        assert england in (None, people[ENGLAND])


def test_every_sex_and_age_adds_up_for_every_area(estimates):
    rows = estimates.rows
    named = rows[rows["measure"].str.startswith("population_")]
    keys = ["measure", "area_code", "age", "category"]
    people = named.pivot(index=keys, columns="sex", values="count")
    assert (people["male"] + people["female"] == people["persons"]).all()
    groups = named[named["measure"] == "population_by_age_group"]
    added = groups.groupby(["area_code", "sex"])["count"].sum()
    whole = named[named["measure"] == "population_all_ages"]
    assert added.equals(whole.set_index(["area_code", "sex"])["count"].sort_index())


def test_five_year_groups_and_single_years_are_categories(estimates):
    rows = estimates.rows
    england = rows[(rows["area_code"] == ENGLAND) & (rows["sex"] == "persons")]
    groups = england[england["category_type"] == "5-year age group"].set_index("category")["count"]
    assert list(groups.index[[0, 1, -1]]) == ["0-4", "5-9", "90+"]
    assert groups["0-4"] == 573100 + 611983 + 608924 + 629972 + 640658  # as printed, row 10
    years = england[england["category_type"] == "single year of age"].set_index("category")["count"]
    assert (years["0"], years["17"], len(years)) == (573100, 669743, 25)


def test_births_deaths_and_migration_come_with_the_workbook(estimates):
    rows = estimates.rows
    england = rows[rows["area_code"] == ENGLAND].set_index("measure")
    births = england.loc["births"]
    assert (births["count"], births["period_label"]) == (570747, "year to 30 June 2023")
    assert births["period_start"] == pd.Timestamp(2022, 7, 1)
    assert england.loc["natural_change", "value"] == 570747 - 560859 == 9888
    assert england.loc["internal_migration_net", "value"] == -31393
    unknown = england.loc["internal_migration_in"]
    assert pd.isna(unknown["count"])
    assert unknown["value_note"] == "not available (No data)"
    assert england.loc["international_migration_in", "count"] == 1047686


def test_areas_left_out_are_told(estimates):
    problems = estimates.problems["problem"]
    assert problems[0] == "24 rows left out, from this one on: not in England"
    assert problems.str.contains("read as").sum() == 2  # two authorities with new codes
    assert len(problems) == 3


def test_a_sheet_that_is_not_there_is_named(workbook, passport):
    source = with_measures(passport, people={"ages": [0, 17], "sheet": "MYE9"})
    with pytest.raises(SourceError) as caught:
        ons.read_mid_year(workbook, source)
    assert caught.value.rule == "a file of `ons_population_single_year` must have the sheet `MYE9`"
    assert caught.value.got == "MYE2 - Persons, MYE2 - Females, MYE2 - Males"
    assert "data/catalogue/sources/ons_population_single_year.yml" in caught.value.action


def sheet_as_csv(tmp_path, *lines: str, above: str = "MYE2: Persons by age, mid-2023,,,,\n"):
    path = tmp_path / "mye.csv"
    path.write_text(above + "\n".join(["Code,Name,Geography,All ages,0,1", *lines, ""]))
    return path


def small(passport, **measures):
    header = ("Code", "Name", "All ages", "0", "1")
    measures = measures or {"babies": {"ages": [0, 1], "age": "<2 yrs"}}
    return dataclasses.replace(passport, header=header, measures=measures, filters={})


def test_a_sheet_saved_as_csv_is_read_alike(tmp_path, passport):
    path = sheet_as_csv(tmp_path, f'{BARNET},Barnet,London Borough,"395,007","4,662",4883')
    (row,) = ons.read_mid_year(path, small(passport)).rows.to_dict("records")
    assert (row["count"], row["age"], row["sex"]) == (9545, "<2 yrs", "persons")
    assert (row["period_label"], row["source_row"]) == ("mid-2023", 3)


def test_a_gap_in_one_age_leaves_the_sum_missing(tmp_path, passport):
    path = sheet_as_csv(tmp_path, f"{BARNET},Barnet,London Borough,395007,No data,4883")
    table = ons.read_mid_year(path, small(passport))
    assert table.rows["count"].isna().all()
    assert table.rows["value_note"].tolist() == ["population missing for part of the ages"]
    assert table.problems["problem"].tolist() == ["population missing for part of the ages"]


def test_a_sheet_that_does_not_say_its_year_is_refused(tmp_path, passport):
    path = sheet_as_csv(tmp_path, f"{BARNET},Barnet,London Borough,9,4,5", above="")
    with pytest.raises(SourceError) as caught:
        ons.read_mid_year(path, small(passport))
    assert caught.value.rule == "must say which mid-year it is for"
    assert caught.value.got == "no title"
    assert "Keep the rows above the header" in caught.value.action


def test_a_missing_age_is_named(tmp_path, passport):
    path = sheet_as_csv(tmp_path, f"{BARNET},Barnet,London Borough,9,4,5")
    with pytest.raises(SourceError, match="must have the columns `2`, `3`; got: only Code, Name"):
        ons.read_mid_year(path, small(passport, toddlers={"ages": [0, 3]}))


AGES = [*map(str, range(90)), "90+"]


def edition(tmp_path, sheets: dict, name: str = "edition.xlsx"):
    """A workbook as an edition lays it out: {sheet: (title, header, rows)}."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet, (above, header, rows) in sheets.items():
        page = book.create_sheet(sheet)
        for line in (*above, header, *rows):
            page.append(list(line))
    book.save(tmp_path / name)
    return tmp_path / name


def people(code: str, each: int, *between: str) -> list:
    return [code, "An area", *between, each * 91, *[each] * 91]


@pytest.mark.parametrize(
    ("sheets", "geography", "all_ages"),
    [
        (("MYE2 - All", "MYE2 - M", "MYE2 - F"), "Geography1", "All ages"),
        (("MYE2-All", "MYE2 - Males", "MYE2 - Females"), "Geography1", "All Ages"),
        (("MYE2 - Persons", "MYE2 - Males", "MYE2 - Females"), "Geography", "All ages"),
        (("Persons", "Males", "Females"), None, "Total"),
    ],
)
def test_sheets_of_other_editions(tmp_path, sheets, geography, all_ages):
    above = [["Population estimates by single year of age and sex, UK, mid-2017"], ["Contents"], []]
    between = [geography] if geography else []
    header = ["Code", "Name", *between, all_ages, *AGES]
    kind = ["London Borough"] if geography else []
    each = dict(zip(sheets, (20, 9, 11), strict=True))
    made = {
        name: (above, header, [people(c, n, *kind) for c in (BARNET, "S12000033", "E07000223")])
        for name, n in each.items()
    }
    table = read(edition(tmp_path, made, "ukmidyearestimates2017.xlsx"))
    assert table.source.id == "ons_population_single_year"
    found = table.rows[table.rows["measure"] == "population_0_17"]
    counts = found.set_index(["area_code", "sex"])["count"].to_dict()
    assert counts[BARNET, "persons"] == 360
    assert (counts[BARNET, "male"], counts[BARNET, "female"]) == (162, 198)
    assert {area for area, _ in counts} == {BARNET, "E07000223"}
    assert set(found["period_label"]) == {"mid-2017"}


def test_a_last_year_without_a_plus_stands_for_all_above(tmp_path):
    header = ["Code", "Name", "All ages", *AGES[:-1], "90"]
    made = {"MYE2 - Persons": ([["Persons, mid-2012"]], header, [people(BARNET, 3)])}
    table = read(edition(tmp_path, made))
    groups = table.rows[table.rows["measure"] == "population_by_age_group"].set_index("category")
    assert groups.loc["90+", "count"] == 3
    assert one(table, "population_all_ages", BARNET, "mid-2012")["count"] == 273


def test_a_changed_cell_is_told_because_the_ages_no_longer_add_up(tmp_path):
    row = people(BARNET, 3)
    row[3] = 30
    made = {"MYE2 - Persons": ([["Persons, mid-2012"]], ["Code", "Name", "All ages", *AGES], [row])}
    table = read(edition(tmp_path, made))
    said = "the ages do not add up to the total of the file"
    assert one(table, "population_0_17", BARNET, "mid-2012")["value_note"] == said
    assert table.problems["problem"].tolist() == [said]


def test_a_cell_that_is_no_number_is_shown(tmp_path):
    row = people(BARNET, 3)
    row[5] = "about 3"
    made = {"MYE2 - Persons": ([["Persons, mid-2012"]], ["Code", "Name", "All ages", *AGES], [row])}
    table = read(edition(tmp_path, made))
    assert pd.isna(one(table, "population_0_17", BARNET, "mid-2012")["count"])
    assert one(table, "population_all_ages", BARNET, "mid-2012")["count"] == 273
    assert "is not a number or a known symbol: `2`: about 3" in table.problems["problem"].tolist()


def test_a_sheet_of_components_alone(tmp_path):
    path = tmp_path / "mye3.csv"
    path.write_text(
        "MYE3: Components of population change\n"
        "Code,Name,Geography,Estimated Population mid-2018,Births,Deaths,Births minus Deaths,"
        "Internal Migration Net,International Migration Net,Estimated Population mid-2019\n"
        f"{BARNET},Barnet,London Borough,100,20,30,-10,5,-1,94\n"
        "W06000015,Cardiff,Unitary Authority,1,1,1,0,0,0,1\n"
    )
    table = read(path)
    assert table.source.id == "ons_components_of_change"
    rows = table.rows.set_index("measure")
    assert set(rows["period_label"]) == {"year to 30 June 2019"}
    assert rows.loc["births", "count"] == 20
    assert rows.loc["natural_change", "value"] == -10
    assert "international_migration_in" not in rows.index
    assert "no column `International migration in`" in table.problems["problem"].tolist()


def test_components_that_do_not_say_their_year_are_refused(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(
        f"Code,Births,Deaths,Net internal migration,Net international migration\n{BARNET},1,2,3,4\n"
    )
    with pytest.raises(SourceError, match="must say which mid-year it is for"):
        read(path)


DETAILED = {"23": ("F", "M"), "20": ("2", "1")}


def detailed(tmp_path, suffix: str, *, last: str = "90", country: str = "E"):
    """Estimates by sex and single year in two years, one person more each year of age."""
    lines = [
        f"MYEB1: Detailed population estimates (20{suffix} geography)",
        f"ladcode{suffix},laname{suffix},country,sex,age,population_2011,population_2012",
    ]
    for code in (BARNET, "E07000223", "N09000003"):
        for add, sex in enumerate(DETAILED[suffix]):
            ages = [*range(90), last]
            lines += [f"{code},A,{country},{sex},{a},{i + add},{100}" for i, a in enumerate(ages)]
    path = tmp_path / f"MYEB1_series_UK_(20{suffix}).csv"
    path.write_text("\n".join([*lines, ""]))
    return path


@pytest.mark.parametrize("suffix", ["20", "23"])
def test_the_detailed_series_of_every_year(tmp_path, suffix):
    table = read(detailed(tmp_path, suffix))
    assert table.source.id == "ons_population_detailed"
    assert one(table, "population_0_17", BARNET, "mid-2012")["count"] == 2 * 18 * 100
    by_sex = table.rows[
        (table.rows["measure"] == "population_0_4")
        & (table.rows["area_code"] == "E07000223")
        & (table.rows["period_label"] == "mid-2011")
    ].set_index("sex")["count"]
    assert by_sex.to_dict() == {"female": 10, "male": 15, "persons": 25}
    assert one(table, "population_all_ages", BARNET, "mid-2011")["count"] == 2 * 4095 + 91
    told = table.problems["problem"].tolist()
    assert "182 rows left out, from this one on: not in England" in told
    assert any(each.startswith("persons are males and females added up") for each in told)


def test_a_record_that_is_lacking_leaves_its_groups_missing(tmp_path):
    path = detailed(tmp_path, "23")
    lines = path.read_text().split("\n")
    path.write_text("\n".join(line for line in lines if not line.startswith(f"{BARNET},A,E,M,7,")))
    table = read(path)
    row = one(table, "population_0_17", BARNET, "mid-2012")
    assert pd.isna(row["count"])
    assert row["value_note"] == "population missing for part of the ages"
    assert one(table, "population_0_4", BARNET, "mid-2012")["count"] == 1000
    assert "population missing for part of the ages" in set(table.problems["problem"])


def test_a_record_that_comes_twice_with_two_figures_is_not_used(tmp_path):
    path = detailed(tmp_path, "23")
    path.write_text(path.read_text() + f"{BARNET},A,E,M,7,999,999\n{BARNET},A,E,M,8,9,100\n")
    table = read(path)
    assert pd.isna(one(table, "population_0_17", BARNET, "mid-2012")["count"])
    assert table.problems["problem"].str.contains("neither figure|none is used").any()
    assert one(table, "population_0_4", BARNET, "mid-2012")["count"] == 1000


def test_an_age_that_cannot_be_read_is_left_out(tmp_path):
    path = detailed(tmp_path, "23")
    path.write_text(path.read_text() + f"{BARNET},A,E,M,elderly,9,9\n{BARNET},A,E,X,7,9,9\n")
    told = read(path).problems["problem"].tolist()
    assert "left out: its age cannot be read" in told
    assert "left out: sex is not persons, male or female" in told


def test_summary_components_by_year(tmp_path):
    path = tmp_path / "MYEB3_summary.csv"
    path.write_text(
        "MYEB3\nladcode20,laname20,country,population_2001,births_2002,deaths_2002,natchange_2002,"
        "internal_net_2002,population_2002,births_2003,deaths_2003\n"
        f"{BARNET},Barnet,E,1000,20,30,-10,-2,988,21,No data\n"
    )
    table = read(path)
    assert table.source.id == "ons_components_detailed"
    assert one(table, "births", BARNET, "year to 30 June 2003")["count"] == 21
    assert one(table, "natural_change", BARNET, "year to 30 June 2002")["value"] == -10
    deaths = one(table, "deaths", BARNET, "year to 30 June 2003")
    assert pd.isna(deaths["count"])
    assert deaths["value_note"] == "not available (No data)"
    assert one(table, "population_all_ages", BARNET, "mid-2002")["count"] == 988


def test_both_series_of_one_workbook(tmp_path):
    ages = [[BARNET, "Barnet", "E", s, a, 10] for s in "FM" for a in range(91)]
    header = ["ladcode23", "laname23", "country", "sex", "age", "population_2012"]
    births = ["ladcode23", "laname23", "country", "births_2012", "deaths_2012"]
    sheets = {
        "Contents": ([["Contents"]], ["Sheet", "What"], [["MYEB1", "People"]]),
        "MYEB1": ([["People"]], header, ages),
        "MYEB3": ([["Change"]], births, [[BARNET, "Barnet", "E", 55, 44]]),
    }
    table = read(edition(tmp_path, sheets, "myebtablesuk20112012.xlsx"))
    assert one(table, "population_0_4", BARNET, "mid-2012")["count"] == 100
    assert one(table, "births", BARNET, "year to 30 June 2012")["count"] == 55


def test_a_detailed_file_without_a_year_is_refused(tmp_path):
    passport = catalogue.load().sources["ons_population_detailed"]
    path = tmp_path / "MYEB1.csv"
    path.write_text(f"ladcode23,laname23,sex,age,population\n{BARNET},Barnet,M,1,5\n")
    with pytest.raises(SourceError, match="must have a column for each year") as caught:
        ons_detailed.read_detailed(path, passport)
    assert "`population_2023`" in caught.value.action


def test_a_detailed_file_cut_to_a_few_ages_is_refused_for_its_ages(tmp_path):
    path = tmp_path / "MYEB2_detailed.csv"
    header = "ladcode23,laname23,country,sex,age,population_2011,births_2012,population_2012"
    path.write_text(f"{header}\n{BARNET},Barnet,E,M,5,1,2,3\n{BARNET},Barnet,E,M,6,1,2,3\n")
    with pytest.raises(SourceError, match="cannot be made of the file"):
        read(path)


def projections(tmp_path, groups: list[str], sexes=("persons",), component="Population"):
    lines = ["AREA_CODE,AREA_NAME,COMPONENT,SEX,AGE_GROUP,2022,2023"]
    for sex in sexes:
        many = len(groups) - 1
        for group in groups:
            each = 10.25 * (many if group == "All ages" else 1)
            lines.append(f"{BARNET},Barnet,{component},{sex},{group},{each},{each * 2}")
    path = tmp_path / "2022-based SNPP population persons.csv"
    path.write_text("\n".join([*lines, ""]))
    return path


def test_projections_by_single_year(tmp_path):
    groups = [*map(str, range(90)), "90 and over", "All ages"]
    table = read(projections(tmp_path, groups, ("males", "females", "persons")))
    assert table.source.id == "ons_population_projections"
    row = one(table, "projected_population_0_17", BARNET, "mid-2023")
    assert row["count"] == pytest.approx(18 * 20.5)
    assert row["value_note"] == "projection"
    assert one(table, "projected_population_all_ages", BARNET, "mid-2022")["count"] == 10.25 * 91
    assert table.problems.empty


def test_projections_by_five_years_tell_what_they_cannot_make(tmp_path):
    groups = [*(f"{a}-{a + 4}" for a in range(0, 90, 5)), "90+", "All ages"]
    table = read(projections(tmp_path, groups))
    assert one(table, "projected_population_0_19", BARNET, "mid-2022")["count"] == 41
    assert "projected_population_0_17" not in set(table.rows["measure"])
    said = "no `projected_population_0_17`: ages 0-17 cannot be made of the file"
    assert said in table.problems["problem"].tolist()


def test_projected_births_are_another_measure(tmp_path):
    table = read(projections(tmp_path, ["All ages", "0-4"][:1], component="Births"))
    assert set(table.rows["measure"]) == {"projected_births"}
    assert set(table.rows["period_label"]) == {"year to 30 June 2022", "year to 30 June 2023"}


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Aged under 1 year", (0, 0)),
        ("Aged 1 year", (1, 1)),
        ("Age 0 - 4", (0, 4)),
        ("Aged 5-9", (5, 9)),
        ("Aged 4 years and under", (0, 4)),
        ("90 and over", (90, ons_ages.OPEN)),
        ("Age 90+", (90, ons_ages.OPEN)),
        ("over 64", (65, ons_ages.OPEN)),
        ("<18 yrs", (0, 17)),
        ("All Ages", ons_ages.ALL),
        ("Total: All usual residents", ons_ages.ALL),
        ("9-5", None),
        ("Does not apply", None),
        ("Mean age", None),
    ],
)
def test_ages_as_publishers_write_them(text, span):
    assert ons_ages.span(text) == span


def test_ages_of_a_passport_that_say_nothing_are_refused():
    with pytest.raises(CatalogueError, match="must say which ages are added up"):
        ons_ages.groups({"ages": "young"}, [])


def test_groups_are_made_of_what_is_there():
    known = [(0, 4), (5, 9), (10, 14), (15, 19), (0, 15), (20, ons_ages.OPEN)]
    assert ons_ages.tiles(known, (0, 19)) == [(0, 4), (5, 9), (10, 14), (15, 19)]
    assert ons_ages.tiles(known, (0, 15)) == [(0, 15)]
    assert ons_ages.tiles(known, (0, 17)) is None
    assert ons_ages.tiles(known, ons_ages.ALL)[-1] == (20, ons_ages.OPEN)


def test_projections_by_age_group_with_a_sheet_for_each_sex(tmp_path):
    groups = [*(f"{a}-{a + 4}" for a in range(0, 90, 5)), "90+", "All ages"]
    sheets = {}
    for name, each in (("Persons", 20), ("Males", 9), ("Females", 11)):
        rows = [[BARNET, "Barnet", g, each * (19 if g == "All ages" else 1)] for g in groups]
        above = [[f"2018-based subnational population projections: {name}"], []]
        sheets[name] = (above, ["CODE", "AREA", "AGE GROUP", 2018], rows)
    table = read(edition(tmp_path, sheets, "table2.xlsx"))
    assert table.source.dataset == "ons_population_projections"
    found = table.rows[table.rows["measure"] == "projected_population_0_19"]
    assert found.set_index("sex")["count"].to_dict() == {"persons": 80, "male": 36, "female": 44}
    assert set(found["period_label"]) == {"mid-2018"}


def test_a_column_of_sexes_instead_of_sheets(tmp_path):
    lines = [f"ltla21_name,ltla21_code,sex,total_population,{','.join(AGES)}"]
    for sex, each in (("Persons", 5), ("Females", 3), ("Males", 2)):
        lines.append(f"Barnet,{BARNET},{sex},{91 * each},{','.join([str(each)] * 91)}")
    path = tmp_path / "population20_ltla21.csv"
    path.write_text("\n".join([*lines, ""]))
    rows = read(path).rows.query("measure == 'population_0_17'")
    assert rows.set_index("sex")["count"].to_dict() == {"persons": 90, "female": 54, "male": 36}
    assert set(rows["period_label"]) == {"mid-2020"}


OPEN = "calendar-years,Time,administrative-geography,Geography,sex,Sex,single-year-of-age,Age"


def filtered(tmp_path, header: str, *lines: str):
    path = tmp_path / "mid-year-pop-est.csv"
    path.write_text("\n".join([header, *lines, ""]))
    return path


def test_a_data_set_filtered_on_the_publishers_site(tmp_path):
    place = f"2018,2018,{BARNET},Barnet"
    lines = [f"{10 + a},{place},female,Female,{a},{a}" for a in range(20)]
    lines += [f"{20 + a},{place},male,Male,{a},{a}" for a in range(20)]
    lines += [f"7,2018,2018,W06000015,Cardiff,male,Male,{a},{a}" for a in range(20)]
    table = read(filtered(tmp_path, f"v4_0,{OPEN}", *lines))
    assert table.source.id == "ons_open_dataset"
    assert set(table.rows["measure"]) == {"ons_sex_age"}
    found = table.rows.set_index(["sex", "age", "category"])["count"]
    assert found["female", "All ages", "7"] == 17
    assert found["persons", "<5 yrs", ""] == sum(30 + 2 * a for a in range(5))
    assert set(table.rows["period_label"]) == {"mid-2018"}
    assert table.problems["problem"].str.contains("not in England").any()


def test_marks_of_a_filtered_data_set_are_notes(tmp_path):
    table = read(
        filtered(
            tmp_path,
            f"V4_1,Data Marking,{OPEN}",
            f",x,2018,2018,{BARNET},Barnet,all,All,total,Total",
            f"9,,2018,2018,{LONDON},London,all,All,total,Total",
        )
    )
    rows = table.rows.set_index("area_code")
    assert rows.loc[LONDON, ["count", "sex", "age"]].tolist() == [9, "persons", "All ages"]
    assert pd.isna(rows.loc[BARNET, "count"])
    assert rows.loc[BARNET, "value_note"] == "x"


def test_a_filtered_data_set_without_its_version_is_refused(tmp_path):
    with pytest.raises(SourceError, match="must have a column of figures"):
        read(filtered(tmp_path, f"figure,{OPEN}", f"9,2018,2018,{BARNET},Barnet,all,All,0,0"))
