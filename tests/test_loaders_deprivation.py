"""Indices of Deprivation: cells of the published files, complete ranks, every layout in small."""

import csv
import dataclasses

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from cyp_analysis import area_kinds, catalogue
from cyp_analysis.errors import CatalogueError, SourceError
from cyp_analysis.loaders import read
from cyp_analysis.loaders.deprivation import indices as deprivation
from cyp_analysis.loaders.deprivation import linked as deprivation_long

BARNET, KENT = "E09000003", "E10000016"
FIRST, SECOND = "E01000001", "E01000002"
RANK, DECILE = "Rank (where 1 is most deprived)", "Decile (where 1 is most deprived 10% of LSOAs)"
IDACI = "Income Deprivation Affecting Children Index (IDACI)"


def keys(lsoa: int, lad: int) -> list[str]:
    authority = "Local Authority District"
    small = [f"LSOA {word} ({lsoa})" for word in ("code", "name")]
    return small + [f"{authority} {word} ({lad})" for word in ("code", "name")]


KEYS_2015, KEYS_2019, KEYS_2025 = keys(2011, 2013), keys(2011, 2019), keys(2021, 2024)
PLACE = ["Barnet 009A", BARNET, "Barnet"]


def passport(year=2019):
    return catalogue.load().sources[f"mhclg_indices_of_deprivation_{year}"]


def saved(tmp_path, header, *rows, name="iod.csv"):
    path = tmp_path / name
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def small(tmp_path, columns, *figures, keys=KEYS_2019):
    """A file of some LSOAs with the columns given beside those of the area."""
    codes = (FIRST, SECOND, "E01000003")
    rows = [[code, *PLACE, *cells] for code, cells in zip(codes, figures, strict=False)]
    return saved(tmp_path, [*keys, *columns], *rows)


def values(table, part="value") -> dict:
    return table.rows.set_index(["measure", "area_code"])[part].to_dict()


# The published files


@pytest.fixture(scope="module")
def folder(real_data):
    return real_data / "mhclg-indices-of-deprivation"


@pytest.fixture(scope="module")
def idaci_2025(folder):
    (path,) = folder.glob("File_3*")
    return read(path)


@pytest.fixture(scope="module")
def summaries_2019(folder):
    (path,) = folder.glob("File_10*")
    return read(path)


@pytest.fixture(scope="module")
def denominators_2019(folder):
    (path,) = folder.glob("File_6*")
    return read(path)


def test_ranks_of_the_whole_country_are_complete(idaci_2025):
    """Each rank is one more than the number of areas before it; equal areas share theirs."""
    rows = idaci_2025.rows
    assert idaci_2025.source.id == "mhclg_indices_of_deprivation_2025"
    for index in ("imd", "idaci", "idaopi"):
        ranks = rows.loc[rows["measure"] == f"{index}_2025_rank", "value"]
        assert len(ranks) == 33755
        assert (ranks == ranks.rank(method="min")).all()
    assert idaci_2025.problems.empty


def test_deciles_are_tenths_of_the_ranks(idaci_2025):
    wide = idaci_2025.rows.pivot(index="area_code", columns="measure", values="value")
    for index in ("imd", "idaci", "idaopi"):
        by_decile = wide.groupby(f"{index}_2025_decile")[f"{index}_2025_rank"]
        assert by_decile.size().between(3375, 3376).all()
        assert (by_decile.max().iloc[:-1].to_numpy() < by_decile.min().iloc[1:].to_numpy()).all()


def test_every_cell_of_an_authority_is_the_printed_one(idaci_2025, folder):
    book = load_workbook(next(folder.glob("File_3*")), read_only=True)
    printed = [r for r in book.worksheets[1].iter_rows(values_only=True) if r[2] == BARNET]
    names = [f"{i}_2025_{k}" for i in ("imd", "idaci", "idaopi") for k in ("rank", "decile")]
    found = values(idaci_2025)
    assert len(printed) == 220
    for row in printed:
        assert [found[name, row[0]] for name in names] == list(row[4:10])


def test_small_areas_are_kept_with_their_rows(idaci_2025):
    rows = idaci_2025.rows
    assert set(area_kinds.kinds(rows["area_code"])) == {"lower layer super output area"}
    assert rows["source_row"].min() == 2 and rows["source_row"].max() == 33756
    assert set(rows["period_label"]) == {"2025"}


@pytest.mark.parametrize(
    ("measure", "area", "value"),
    [
        ("imd_2019_average_rank", "E06000001", 22581.98),
        ("imd_2019_rank_of_average_score", "E06000001", 10),
        ("imd_2019_extent", "E06000001", 0.4973),
        ("imd_2019_local_concentration", "E06000002", 32726.13),
        ("imd_2019_rank_of_local_concentration", "E06000002", 3),
        ("income_2019_scale", "E06000001", 21084),
        ("income_2019_rank_of_scale", "E06000002", 59),
        ("employment_2019_scale", "E06000001", 9715.25),
        ("education_2019_proportion_most_deprived_10_percent", "E06000002", 0.3953),
        ("living_environment_2019_rank_of_average_rank", "E06000001", 307),
        ("idaci_2019_average_score", "E06000001", 0.283),
        ("idaci_2019_rank_of_average_score", "E06000002", 1),
        ("idaopi_2019_proportion_most_deprived_10_percent", "E06000001", 0.2931),
    ],
)
def test_published_cells_of_authorities(summaries_2019, measure, area, value):
    assert values(summaries_2019)[measure, area] == value


def test_summaries_have_every_column_of_every_sheet(summaries_2019, folder):
    book = load_workbook(next(folder.glob("File_10*")), read_only=True)
    columns = [len(next(sheet.iter_rows(values_only=True), ())) for sheet in book.worksheets]
    assert summaries_2019.rows["measure"].nunique() == sum(n - 2 for n in columns if n)
    assert summaries_2019.rows.groupby("measure").size().eq(317).all()


@pytest.mark.parametrize("index", ["imd", "income", "crime", "idaci", "idaopi"])
def test_ranks_of_authorities_follow_their_scores(summaries_2019, index):
    wide = summaries_2019.rows.pivot(index="area_code", columns="measure", values="value")
    score, rank = wide[f"{index}_2019_average_score"], wide[f"{index}_2019_rank_of_average_score"]
    assert score.loc[rank.sort_values().index].is_monotonic_decreasing
    assert (rank.min(), rank.max()) == (1, 317)


def test_ages_add_up_to_the_total_of_each_area(denominators_2019):
    wide = denominators_2019.rows.pivot(index="area_code", columns="measure", values="count")
    parts = ("children_0_15", "population_16_59", "population_60_and_over")
    added = sum(wide[f"{name}_2019_denominator"] for name in parts)
    assert (added == wide["population_2019_denominator"]).all()
    assert len(wide) == 5084


def test_denominators_are_people_of_the_middle_of_2015(denominators_2019):
    rows = denominators_2019.rows
    assert set(rows["period_label"]) == {"mid-2015"}
    first = rows[rows["area_code"] == FIRST].set_index("measure")
    assert first["count"].tolist() == [1296, 175, 656, 465, 715]
    assert first["age"].tolist() == ["All ages", "0-15 yrs", "16-59 yrs", "60+ yrs", "18-59/64 yrs"]


# Other files and editions


def test_all_figures_of_file_7(tmp_path):
    columns = [
        f"{IDACI} Score (rate)", f"{IDACI} {RANK}", f"{IDACI} {DECILE}",
        "Income Score (rate)", "Crime Score", "Children and Young People Sub-domain Score",
        "Total population: mid 2015 (excluding prisoners)",
    ]  # fmt: skip
    path = small(tmp_path, columns, ["0.123", "5", "1", "0.2", "-1.5", "2.25", "1296.00"])
    table = read(path)
    assert table.source.id == "mhclg_indices_of_deprivation_2019"
    assert values(table) | {"population_2019_denominator": 0} == {
        ("idaci_2019_score", FIRST): 0.123,
        ("idaci_2019_rank", FIRST): 5,
        ("idaci_2019_decile", FIRST): 1,
        ("income_2019_score", FIRST): 0.2,
        ("crime_2019_score", FIRST): -1.5,
        ("children_and_young_people_2019_score", FIRST): 2.25,
        ("population_2019_denominator", FIRST): pytest.approx(float("nan"), nan_ok=True),
        "population_2019_denominator": 0,
    }
    assert values(table, "count")["population_2019_denominator", FIRST] == 1296


@pytest.mark.parametrize(
    ("header", "year"), [(KEYS_2015, 2015), (KEYS_2019, 2019), (KEYS_2025, 2025)]
)
def test_each_edition_is_told_by_the_year_of_its_authorities(tmp_path, header, year):
    path = small(tmp_path, [f"{IDACI} {DECILE}"], ["3"], keys=header)
    table = read(path)
    assert table.source.id == f"mhclg_indices_of_deprivation_{year}"
    assert values(table) == {(f"idaci_{year}_decile", FIRST): 3}
    assert table.source.dataset == "mhclg_indices_of_deprivation"


def test_names_that_excel_cut_short_and_other_spellings(tmp_path):
    columns = [
        "Index of Multiple Deprivation (IMD) Rank",
        "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSO",
        "OUTDOORS SUB-DOMAIN DECILE (WHERE 1 IS MOST DEPRIVED 10% OF LSOA)",
        "Income Deprivation Affecting Older People Index (IDAOPI)  Rank (where 1",
    ]
    table = read(small(tmp_path, columns, ["1", "2", "3", "4"]))
    assert list(values(table).values()) == [1, 2, 3, 4]
    assert [name for name, _ in values(table)] == [
        "imd_2019_rank", "imd_2019_decile", "outdoors_2019_decile", "idaopi_2019_rank"
    ]  # fmt: skip


def test_columns_in_another_order_without_names_of_areas(tmp_path):
    header = [f"{IDACI} {RANK}", "Local Authority District code (2024)", "LSOA code (2021)"]
    table = read(saved(tmp_path, header, ["7", BARNET, FIRST]))
    assert values(table) == {("idaci_2025_rank", FIRST): 7}


def test_the_code_of_the_small_area_is_enough_in_2025(tmp_path):
    table = read(saved(tmp_path, ["LSOA code (2021)", f"{IDACI} {RANK}"], [FIRST, "7"]))
    assert values(table) == {("idaci_2025_rank", FIRST): 7}


@pytest.mark.parametrize(("year", "authorities"), [(2019, 2019), (2025, 2024)])
def test_summaries_of_upper_tier_authorities(tmp_path, year, authorities):
    header = [f"Upper Tier Local Authority District {w} ({authorities})" for w in ("code", "name")]
    header += ["IDACI - Average score ", f"IMD {year} - Extent "]
    table = read(saved(tmp_path, header, [KENT, "Kent", "0.15", "0.2"]))
    assert values(table) == {
        (f"idaci_{year}_average_score", KENT): 0.15,
        (f"imd_{year}_extent", KENT): 0.2,
    }


def test_transformed_scores_are_a_kind_of_their_own_and_indicators_are_told(tmp_path):
    columns = ["Income Score - exponentially transformed", "Crime Score", "Road distance indicator"]
    table = read(small(tmp_path, columns, ["90", "1.5", "3"]))
    assert values(table) == {
        ("income_2019_transformed_score", FIRST): 90,
        ("crime_2019_score", FIRST): 1.5,
    }
    assert table.problems["problem"].tolist() == [
        "column not read, no figure that the passport names: Road distance indicator",
    ]


@pytest.mark.parametrize(
    ("codes", "year"), [(KEYS_2015, 2015), (KEYS_2019, 2019), (KEYS_2025, 2025)]
)
def test_a_file_of_transformed_scores_alone(tmp_path, codes, year):
    short = ["Income", "Education", "Health", "Barriers", "Living Environment"]
    columns = [f"{word} Score - exponentially transformed" for word in short]
    table = read(small(tmp_path, columns, ["1", "2", "3", "4", "5"], keys=codes))
    names = ["income", "education", "health", "barriers", "living_environment"]
    assert values(table) == {
        (f"{name}_{year}_transformed_score", FIRST): at for at, name in enumerate(names, start=1)
    }
    assert table.problems.empty


def test_the_index_named_with_its_year(tmp_path):
    header = [f"Upper Tier Local Authority District {w} (2024)" for w in ("code", "name")]
    header += ["IMD - Average rank ", "IMD25 - Extent ", "IMD25 - Rank of local concentration "]
    table = read(saved(tmp_path, header, [BARNET, "Barnet", "17134.5", "0.09", "121"]))
    assert values(table) == {
        ("imd_2025_average_rank", BARNET): 17134.5,
        ("imd_2025_extent", BARNET): 0.09,
        ("imd_2025_rank_of_local_concentration", BARNET): 121,
    }
    assert table.problems.empty


def test_the_table_of_the_published_map(tmp_path):
    header = ["FID", "lsoa11cd", "lsoa11nm", "st_areasha", "IMD_Rank", "IMD_Decile", "IMDScore",
              "IMDRank0", "IDCScore", "IDCRank", "IDCDec", "CYPDec", "TotPop"]  # fmt: skip
    row = ["1", FIRST, "City 001A", "133320.7", "29199", "9", "6.2", "29199", "0.006", "32806",
           "10", "8", "1296"]  # fmt: skip
    table = read(saved(tmp_path, header, row, name="IMD_2019.csv"))
    assert table.source.id == "mhclg_indices_of_deprivation_2019_map"
    assert values(table) == {
        ("imd_2019_rank", FIRST): 29199,
        ("imd_2019_decile", FIRST): 9,
        ("imd_2019_score", FIRST): 6.2,
        ("idaci_2019_score", FIRST): 0.006,
        ("idaci_2019_rank", FIRST): 32806,
        ("idaci_2019_decile", FIRST): 10,
        ("children_and_young_people_2019_decile", FIRST): 8,
    }
    told = table.problems["problem"].tolist()
    assert "column not read, no figure that the passport names: TotPop" in told


def test_numerators_are_counts(tmp_path):
    table = read(small(tmp_path, [f"{IDACI} numerator"], ["54"]))
    assert values(table, "count") == {("idaci_2019_numerator", FIRST): 54}


def test_a_workbook_of_two_sheets_of_figures(tmp_path):
    book = Workbook()
    book.active.title = "Notes"
    for index in ("IMD", "IDACI"):
        sheet = book.create_sheet(index)
        sheet.append([*KEYS_2019[2:], f"{index} - Average rank "])
        sheet.append([BARNET, "Barnet", 12345.5])
    path = tmp_path / "summaries.xlsx"
    book.save(path)
    assert values(read(path)) == {
        ("imd_2019_average_rank", BARNET): 12345.5,
        ("idaci_2019_average_rank", BARNET): 12345.5,
    }


# What is wrong with a file


def test_what_is_no_rank_or_decile_is_made_missing(tmp_path):
    path = small(tmp_path, [f"{IDACI} {RANK}", f"{IDACI} {DECILE}"],
                 ["0", "11"], ["1.5", "0"], ["3", "10"])  # fmt: skip
    table = read(path)
    assert table.rows["value"].isna().tolist() == [True, True, False, True, True, False]
    assert table.rows["value_note"].tolist() == [
        deprivation.ODD_RANK, deprivation.ODD_RANK, "",
        deprivation.ODD_DECILE, deprivation.ODD_DECILE, "",
    ]  # fmt: skip
    assert len(table.problems) == 4


def test_cells_without_a_number_say_why(tmp_path):
    table = read(small(tmp_path, ["Crime Score"], ["#VALUE!"], [""], ["many"]))
    assert table.rows["value_note"].tolist() == [
        "error in the file (#VALUE!)", "missing in file", "not a number in the file (many)"
    ]  # fmt: skip
    assert table.problems["problem"].str.contains("many").tolist() == [True]


def test_rows_without_an_area_are_notes_and_wrong_ones_are_told(tmp_path):
    rows = [[FIRST, *PLACE, "1"], ["", "", "", "", ""], ["E0100", *PLACE, "2"]]
    rows += [["W01000001", *PLACE, "2"], ["", "Source: MHCLG", "", "", ""]]
    table = read(saved(tmp_path, [*KEYS_2019, "Crime Score"], *rows))
    assert table.rows["area_code"].tolist() == [FIRST]
    assert table.problems["problem"].str.contains("E0100`").sum() == 1
    assert len(table.problems) == 2


def test_two_figures_for_one_area_leave_none(tmp_path):
    path = saved(tmp_path, [*KEYS_2019, "Crime Score"], [FIRST, *PLACE, "1"], [FIRST, *PLACE, "2"])
    (row,) = read(path).rows.to_dict("records")
    assert pd.isna(row["value"]) and row["value_note"] == "the file gives two different figures"


def test_a_file_without_figures_is_refused(tmp_path):
    path = small(tmp_path, ["Road distance indicator"], ["90"])
    with pytest.raises(SourceError) as caught:
        deprivation.read_indices(path, passport())
    assert "must have the column `Figures`" in caught.value.rule
    assert "Road distance indicator" in caught.value.got


def test_a_file_of_another_edition_is_refused(tmp_path):
    path = small(tmp_path, ["Crime Score"], ["1"], keys=KEYS_2025)
    with pytest.raises(SourceError, match="passport"):
        deprivation.read_indices(path, passport(2019))


def test_the_catalogue_passport_is_found(tmp_path):
    path = small(tmp_path, ["Crime Score"], ["1"])
    assert deprivation.read_indices(path).source == passport()


def test_a_passport_without_a_date_is_refused(tmp_path):
    source = dataclasses.replace(passport(), published=None)
    with pytest.raises(CatalogueError, match="published"):
        deprivation.read_indices(small(tmp_path, ["Crime Score"], ["1"]), source)


# Linked open data

LINKED = ["FeatureCode", "DateCode", "Measurement", "Units", "Value", "Indices of Deprivation"]
IMD_ROW = "a. Index of Multiple Deprivation (IMD)"
CHILDREN_ROW = "i. Income Deprivation Affecting Children Index (IDACI)"


def test_linked_open_data(tmp_path):
    rows = [
        [FIRST, "2019", "Decile ", "Decile", "9.0", IMD_ROW],
        [FIRST, "2019", "Rank", "Rank", "29199.0", IMD_ROW],
        [FIRST, "2019", "Score", "Score", "0.006", CHILDREN_ROW],
        [SECOND, "2015", "Score", "Score", "0.5", "c. Employment Deprivation Domain"],
        [SECOND, "2015", "Score", "Score", "0.5", "x. Another Index"],
    ]
    table = read(saved(tmp_path, LINKED, *rows))
    assert table.source.id == "mhclg_indices_of_deprivation_open_data"
    assert values(table) == {
        ("imd_2019_decile", FIRST): 9,
        ("imd_2019_rank", FIRST): 29199,
        ("idaci_2019_score", FIRST): 0.006,
        ("employment_2015_score", SECOND): 0.5,
    }
    assert table.rows["period_label"].tolist() == ["2019", "2019", "2019", "2015"]
    assert table.problems["problem"].tolist() == [
        "left out: of no index of the passport: x. Another Index"
    ]


def test_linked_open_data_with_faults(tmp_path):
    rows = [
        [FIRST, "2019", "Decile", "Decile", "19", IMD_ROW],
        [FIRST, "soon", "Rank", "Rank", "2", IMD_ROW],
        [FIRST, "2019", "Score", "Score", "much", IMD_ROW],
        ["W01000001", "2019", "Score", "Score", "1", IMD_ROW],
    ]
    table = deprivation_long.read_indices(saved(tmp_path, LINKED, *rows))
    assert table.rows["value"].isna().all()
    assert table.rows["value_note"].tolist() == [
        deprivation.ODD_DECILE, "not a number in the file (much)"
    ]  # fmt: skip
    assert len(table.problems) == 4


def test_linked_open_data_of_no_known_index_is_refused(tmp_path):
    row = [FIRST, "2019", "Score", "Score", "0.5", "x. Another Index"]
    with pytest.raises(SourceError, match=r"x\. Another Index"):
        read(saved(tmp_path, LINKED, row))
