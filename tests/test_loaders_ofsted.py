"""Ofsted: judgements about authorities and lists of providers, in the layouts of several years."""

import csv
import zipfile

import pandas as pd
import pytest

from cyp_analysis import catalogue
from cyp_analysis.errors import CypError, SourceError
from cyp_analysis.loaders import read
from cyp_analysis.loaders.ofsted import inspections as ofsted
from cyp_analysis.loaders.ofsted import providers as ofsted_providers

BARNET, BRISTOL, ESSEX, BEXLEY = "E09000003", "E06000023", "E10000012", "E09000004"
OVERALL, LEADERS = "ofsted_la_overall_effectiveness", "ofsted_la_impact_of_leaders"
CARE_LEAVERS = "ofsted_la_care_leavers"
RI = "Requires improvement to be good"

# The header of the release of 2023, with two of its rows and two made up.
OF_2023 = (
    "Web link,Local authority name,Ofsted region,new_la_code,Inspection date,Overall effectiveness,"
    "Impact of leaders,Experiences and progress of children who need help and protection,"
    "Experiences and progress of children in care,Experiences and progress of care leavers"
)
ROWS_2023 = (
    "Ofsted Local Authority Webpage,Barnet,London,E09000003,13/05/2019,Good,Good,Good,Good,",
    "Ofsted Local Authority Webpage,Bexley,London,E09000004,06/02/2023,Outstanding,Outstanding,"
    "Good,Good,Outstanding",
    "Ofsted Local Authority Webpage,Bristol,South West,E06000023,16/01/2023,"
    f"{RI},{RI},{RI},Good,Good",
    "Ofsted Local Authority Webpage,Essex,East of England,,Not yet inspected,,,,,",
)
# The sheets of the workbooks of 2025 and 2026, below two lines of title.
OF_2025 = (
    "Web link,Local authority name,Local authority area code,Ofsted region,Inspection date,"
    "Publication date,Overall effectiveness,The impact of leaders on social work practice with"
    " children and families,The experiences and progress of children who need help and protection,"
    "The experiences and progress of children in care,The experiences and progress of care leavers"
)


def saved(tmp_path, *lines, name="mine.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def told(table) -> str:
    return " / ".join(table.problems["problem"])


def judgements(table, measure=OVERALL) -> dict:
    rows = table.rows[table.rows["measure"] == measure]
    assert (rows["count"] == 1).all()
    return dict(zip(rows["area_code"], rows["category"], strict=True))


def test_judgements_of_the_release_of_2023(tmp_path):
    table = read(saved(tmp_path, OF_2023, *ROWS_2023, name="2023_ofsted_la.csv"))
    assert table.source.id == "ofsted_la_inspections"
    assert judgements(table) == {BARNET: "Good", BEXLEY: "Outstanding", BRISTOL: RI}
    assert judgements(table, LEADERS) == {BARNET: "Good", BEXLEY: "Outstanding", BRISTOL: RI}
    assert judgements(table, CARE_LEAVERS) == {BEXLEY: "Outstanding", BRISTOL: "Good"}
    assert set(table.rows["category_type"]) == {"judgement"}


def test_judgements_are_those_counted_by_the_csv_module(tmp_path):
    path = saved(tmp_path, OF_2023, *ROWS_2023)
    with path.open(newline="") as file:
        grades = pd.Series([row["Overall effectiveness"] for row in csv.DictReader(file)])
    expected = grades[grades != ""].value_counts().to_dict()
    rows = read(path).rows.query("measure == @OVERALL")
    assert rows.groupby("category")["count"].sum().to_dict() == expected


def test_the_day_of_an_inspection_is_its_period(tmp_path):
    rows = read(saved(tmp_path, OF_2023, *ROWS_2023)).of_area(BARNET)
    assert set(rows["period_start"]) == set(rows["period_end"]) == {pd.Timestamp("2019-05-13")}
    assert set(rows["period_label"]) == {"13 May 2019"}


def test_what_was_not_judged_is_told(tmp_path):
    table = read(saved(tmp_path, OF_2023, *ROWS_2023))
    assert "no date of an inspection: `Not yet inspected` for Essex" in told(table)
    assert "no judgement in `Care leavers`: 1 of 3 inspections" in told(table)
    assert ESSEX not in set(table.rows["area_code"])


def row_2025(name, code, day, overall="Good", **more) -> str:
    others = {"leaders": "Good", "help": "Good", "care": "Good", "leavers": "Good"} | more
    parts = [overall, *others.values()]
    return ",".join(["Web page", name, code, "London", day, "01/07/2024", *parts])


TITLE = ("Local authority inspection outcomes as at 31 March 2025", "Notes: [x] not available")


def test_judgements_below_a_title_with_names_as_ofsted_writes_them(tmp_path):
    lines = [
        *TITLE,
        OF_2025,
        row_2025("Hammersmith & Fulham", "", "2024-03-18 00:00:00", "Requires improvement"),
        row_2025("Kingston Upon Hull", "", "18 March 2024", "good"),
        row_2025("Bournemouth, Christchurch & Poole", "x", "18-Mar-2024").replace(
            "Bournemouth, Christchurch & Poole", '"Bournemouth, Christchurch & Poole"'
        ),
        row_2025("Atlantis", "", "18/03/2024"),
    ]
    table = read(saved(tmp_path, *lines, name="LA_Inspection_Outcomes_as_at_31_March_2025.csv"))
    assert judgements(table) == {"E09000013": RI, "E06000010": "Good", "E06000058": "Good"}
    assert set(table.rows["period_label"]) == {"18 March 2024"}
    assert "`Atlantis` is not a known area" in told(table)


def test_latest_inspections_and_history_of_one_workbook(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Inspections_as_at_31_March"
    history = book.create_sheet("ILACS_inspection_history")
    latest = row_2025("Barnet", BARNET, "18/03/2024", "Outstanding")
    earlier = row_2025("Barnet", BARNET, "13/05/2019", "Good")
    for cells in (*TITLE, OF_2025, latest):
        sheet.append(cells.split(","))
    for cells in (*TITLE, OF_2025, latest, earlier):
        history.append(cells.split(","))
    path = tmp_path / "LA_Inspection_Outcomes_as_at_31_March_2026.xlsx"
    book.save(path)
    table = read(path)
    rows = table.rows.query("measure == @OVERALL").set_index("period_label")["category"]
    assert rows.to_dict() == {"18 March 2024": "Outstanding", "13 May 2019": "Good"}
    assert "the same figures stand in earlier rows" in told(table)


def test_judgements_in_numbers_and_columns_in_another_order(tmp_path):
    header = "Overall effectiveness,Inspection date,LA name"
    table = read(saved(tmp_path, header, "3,16/01/2023,Bristol", "1,06/02/2023,Bexley"))
    assert judgements(table) == {BRISTOL: RI, BEXLEY: "Outstanding"}


def test_area_send_inspections(tmp_path):
    lines = [
        "Local area,Inspection start date,Inspection outcome",
        "Barnet,10/02/2025,Typically positive experiences and outcomes",
        "Bristol,03/03/2025,Widespread and/or systemic failings",
    ]
    table = read(saved(tmp_path, *lines))
    assert table.source.id == "ofsted_area_send_inspections"
    outcomes = judgements(table, "ofsted_area_send_outcome")
    assert outcomes[BRISTOL] == "Widespread and/or systemic failings"
    assert set(table.rows["category_type"]) == {"outcome"}


def test_a_list_of_judgements_without_any_is_refused(tmp_path):
    with pytest.raises(SourceError, match="Not yet inspected"):
        read(saved(tmp_path, OF_2023, ROWS_2023[3]))
    with pytest.raises(SourceError, match="`Atlantis` is not a known area"):
        read(
            saved(tmp_path, OF_2023, ROWS_2023[0].replace("Barnet", "Atlantis").replace(BARNET, ""))
        )


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("10/07/2023", "2023-07-10"),
        ("2023-07-10", "2023-07-10"),
        ("2023-07-10 00:00:00", "2023-07-10"),
        ("2023-07-10T00:00:00", "2023-07-10"),
        ("10 July 2023", "2023-07-10"),
        ("10-Jul-2023", "2023-07-10"),
        ("Not yet inspected", ""),
        ("31/02/2023", ""),
        ("", ""),
    ],
)
def test_days_as_ofsted_writes_them(text, day):
    assert ofsted.day_texts(pd.Series([text])).tolist() == [day]


SCHOOLS = (
    "Web Link,URN,LAESTAB,School name,Ofsted phase,Local authority,Inspection start date,"
    "Publication date,Overall effectiveness,Quality of education,Behaviour and attitudes,"
    "Personal development,Effectiveness of leadership and management"
)
NAME_2024 = (
    "Management_information_-_state-funded_schools_-_latest_inspections_as_at_31_Aug_2024.csv"
)


def school(urn, area="Barnet", phase="Primary", overall="2", part="2", day="01/02/2024") -> str:
    return f"x,{urn},302{urn},A school,{phase},{area},{day},{day},{overall},{part},2,2,1"


def schools(table, measure="ofsted_schools_overall_effectiveness", area=BARNET) -> dict:
    rows = table.of_area(area).query("measure == @measure")
    return dict(zip(rows["category"], rows["count"], strict=True))


def test_schools_by_judgement_and_phase(tmp_path):
    rows = [
        school(1, overall="1"),
        school(2),
        school(3, phase="Secondary"),
        school(4, phase="Secondary", overall="4"),
        school(5, "Bristol", overall="NULL"),
    ]
    table = read(saved(tmp_path, SCHOOLS, *rows, name=NAME_2024))
    assert table.source.id == "ofsted_state_funded_schools"
    assert set(table.rows["period_label"]) == {"31 August 2024"}
    barnet = schools(table)
    assert barnet[""] == 4
    assert (barnet["Primary"], barnet["Secondary"]) == (2, 2)
    assert (barnet["Outstanding"], barnet["Good"], barnet["Inadequate"]) == (1, 2, 1)
    assert barnet["Secondary | Inadequate"] == 1
    bristol = schools(table, area=BRISTOL)
    assert (bristol[""], bristol["No overall grade"], bristol["Good"]) == (1, 1, 0)
    graded = table.rows.query("category_type == 'Overall effectiveness'")
    assert graded["count"].sum() == 5


def test_schools_without_an_overall_grade_since_2024(tmp_path):
    header = SCHOOLS.replace("Overall effectiveness", "Latest OEIF overall effectiveness")
    header = header.replace("Quality of education", "Latest OEIF quality of education")
    rows = [school(1, overall="Not judged", part="1"), school(2), school(3, overall="", part="")]
    name = NAME_2024.replace("31_Aug_2024", "31_Jan_2026")
    table = read(saved(tmp_path, header, *rows, name=name))
    assert schools(table)["No overall grade"] == 2
    assert schools(table)["Good"] == 1
    parts = schools(table, "ofsted_schools_quality_of_education")
    assert (parts["Outstanding"], parts["Good"], parts["No overall grade"]) == (1, 1, 1)
    assert set(table.rows["period_label"]) == {"31 January 2026"}


def test_a_school_that_is_there_twice_counts_once(tmp_path):
    table = read(
        saved(tmp_path, SCHOOLS, school(1), school(1), school(2, "Atlantis"), name=NAME_2024)
    )
    assert schools(table)[""] == 1
    assert "the provider stands in an earlier row" in told(table)
    assert "`Atlantis` is not a known area" in told(table)


def test_a_list_that_does_not_say_its_day(tmp_path):
    rows = [school(1, day="01/02/2024"), school(2, day="15/05/2024")]
    table = read(saved(tmp_path, SCHOOLS, *rows, name="schools.csv"))
    assert set(table.rows["period_label"]) == {"15 May 2024"}
    assert set(table.rows["value_note"]) == {ofsted_providers.UNDATED}
    undated = saved(tmp_path, SCHOOLS, school(1, day=""), name="schools.csv")
    with pytest.raises(SourceError, match="must say as at which day it is; got: no date"):
        read(undated)


def test_columns_of_judgements_that_an_edition_lacks_are_told(tmp_path):
    header = ",".join(SCHOOLS.split(",")[:9])
    table = read(saved(tmp_path, header, ",".join(school(1).split(",")[:9]), name=NAME_2024))
    assert set(table.rows["measure"]) == {"ofsted_schools_overall_effectiveness"}
    assert "no column for `ofsted_schools_quality_of_education`" in told(table)


CHILDCARE = (
    "Provider URN,Provider type,Local Authority,Places,Most Recent Full: Inspection Date,"
    "Most Recent Full: Overall Effectiveness"
)


def test_childcare_providers_and_their_places(tmp_path):
    lines = [
        "Childcare providers and inspections as at 31 December 2024,,,,,",
        CHILDCARE,
        "EY1,Childminder,Barnet,6,01/02/2024,2",
        "EY2,Childminder,Barnet,6,01/02/2024,Met",
        "EY3,Childcare on non-domestic premises,Barnet,40,01/02/2024,1",
        "EY4,Childcare on non-domestic premises,Bristol,,,NULL",
    ]
    table = read(saved(tmp_path, *lines))
    assert table.source.id == "ofsted_childcare_providers"
    assert set(table.rows["period_label"]) == {"31 December 2024"}
    grades = schools(table, "ofsted_childcare_overall_effectiveness")
    assert (grades[""], grades["Childminder"], grades["Good"], grades["Met"]) == (3, 2, 1, 1)
    places = schools(table, "childcare_places")
    assert places == {"": 52, "Childcare on non-domestic premises": 40, "Childminder": 12}
    gap = table.of_area(BRISTOL).query("measure == 'childcare_places'")
    assert gap["count"].isna().all()
    assert set(gap["value_note"]) == {"a number is missing for part of the providers"}


def test_social_care_providers(tmp_path):
    lines = [
        "Web link,URN,Provision type,Local authority,Maximum users,"
        "Overall experiences and progress of children and young people,Inspection date",
        f"x,SC1,Children's home,Barnet,4,{RI},01/02/2024",
        "x,SC2,Children's home,Barnet,3,Good,01/02/2024",
        "x,SC3,Independent fostering agency,Barnet,,Outstanding,01/02/2024",
    ]
    name = "childrens_social_care_provider_level_data_at_31_March_2024.csv"
    table = read(saved(tmp_path, *lines, name=name))
    assert table.source.id == "ofsted_social_care_providers"
    grades = schools(table, "ofsted_social_care_overall_experiences")
    assert (grades["Children's home"], grades["Good"], grades[RI]) == (2, 1, 1)
    places = table.rows.query("measure == 'social_care_places'").set_index("category")["count"]
    assert places["Children's home"] == 7
    assert pd.isna(places[""])
    assert set(table.rows["period_label"]) == {"31 March 2024"}


def test_a_list_of_providers_in_an_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "ofsted.zip", "w") as archive:
        archive.writestr(NAME_2024, "\n".join([SCHOOLS, school(1)]) + "\n")
    assert schools(read(tmp_path / "ofsted.zip" / NAME_2024))[""] == 1


def test_a_list_without_its_columns_is_refused(tmp_path):
    passport = catalogue.load().sources["ofsted_state_funded_schools"]
    path = saved(tmp_path, SCHOOLS.replace("Ofsted phase", "Phase"), school(1))
    with pytest.raises(SourceError, match="without `Ofsted phase`"):
        ofsted_providers.read_providers(path, passport)
    with pytest.raises(SourceError, match="`Atlantis` is not a known area"):
        read(saved(tmp_path, SCHOOLS, school(1, "Atlantis"), name=NAME_2024))


@pytest.mark.parametrize("share", [0.1, 0.4, 0.75, 0.99])
def test_a_damaged_list_is_refused_or_told(tmp_path, share):
    whole = "\n".join([SCHOOLS, *(school(urn) for urn in range(200))]) + "\n"
    path = tmp_path / NAME_2024
    path.write_text(whole[: int(len(whole) * share)])
    try:
        table = read(path)
    except CypError:
        return
    assert "cut" in told(table)


def test_providers_that_joined_or_left(tmp_path):
    table = read(
        saved(
            tmp_path,
            "Children's social care data 2025 - Leavers and Joiners at 31 March 2025,,,,",
            "URN,Provision type,Local authority,Joiner status,Leaver status",
            "1,Children's home,Barnet,,Leaver",
            "2,Children's home,Barnet,Joiner,Leaver",
            "3,Supported Accommodation,Barnet,Joiner,",
            "4,Children's home,Essex,Joiner,",
        )
    )
    assert table.source.id == "ofsted_social_care_joiners_leavers"
    assert set(table.rows["period_label"]) == {"31 March 2025"}
    rows = table.rows.set_index(["area_code", "category_type", "category"])["count"].to_dict()
    assert rows[BARNET, "", ""] == 3
    assert rows[BARNET, "Joiner status", "Joiner"] == 2
    assert rows[BARNET, "Leaver status", "Leaver"] == 2
    assert rows[ESSEX, "Leaver status", "Leaver"] == 0
    assert rows[BARNET, "Provision type", "Children's home"] == 2
