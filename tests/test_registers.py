"""Registers, transcripts beside a document, and the tables worked out from an edition."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from cyp_analysis import catalogue, paths
from cyp_analysis.build import derived, registers
from cyp_analysis.edition_tables import REGISTER_COLUMNS, TABLES
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import CountTable, ReferenceTable, companions

KNOWN = catalogue.load()
BARNET, LEEDS, ENGLAND = "E09000003", "E08000035", "E92000001"
DOCUMENT = "barnet_health_wellbeing_board_2019_01"


def entries(*rows: dict, kind: str = "actions", area: str = "", file: str = "list.csv", **passport):
    """A list as its reader hands it over; `area` is what the passport says of whose it is."""
    source = replace(KNOWN.sources["local_action_tracker"], area=area, **passport)
    table = pd.DataFrame(list(rows)).assign(source_row=range(2, 2 + len(rows)))
    return ReferenceTable(kind, table, source, Path(file), pd.DataFrame())


# --- whose an entry is ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said, passport, code",
    [
        ("Barnet", "", BARNET),
        ("E08000035", "", LEEDS),
        ("", "Leeds", LEEDS),
        ("Barnet", "Leeds", BARNET),  # the row's own word before the passport's
        ("England", "", ENGLAND),
    ],
)
def test_an_entry_belongs_to_whom_its_row_or_its_passport_names(said, passport, code):
    made, nobody = registers.build_registers(
        [entries({"action": "Do it", "area": said}, area=passport)]
    )
    assert list(made["actions"]["area_code"]) == [code] and nobody.empty


def test_a_list_without_a_column_of_areas_goes_by_its_passport():
    made, nobody = registers.build_registers([entries({"action": "Do it"}, area=BARNET)])
    assert list(made["actions"]["area_code"]) == [BARNET] and nobody.empty


@pytest.mark.parametrize(
    "rows, problem",
    [
        ([{"action": "A"}], "does not say whose it is: add a column `area`"),
        ([{"action": "A", "area": ""}], "does not say whose it is: add a column `area`"),
        ([{"action": "A", "area": "Barnett"}], "names an area that is not known: 'Barnett'"),
        ([{"action": "A", "area": "Y"}, {"action": "B", "area": "X"}, {"action": "C", "area": "X"}],
         "names an area that is not known: 'X', 'Y'"),
        ([{"action": "A", "area": ""}, {"action": "B", "area": "Barnett"}],
         "names an area that is not known: 'Barnett'"),
    ],
)  # fmt: skip
def test_an_entry_of_nobody_is_left_out_and_the_reason_told(rows, problem):
    made, nobody = registers.build_registers([entries(*rows)])
    assert made == {}
    assert nobody.to_dict("records") == [{"file": "list.csv", "problem": problem}]


def test_the_entries_that_have_an_area_stay():
    rows = [{"action": "A", "area": "Barnet"}, {"action": "B", "area": "Nowhere"}]
    made, nobody = registers.build_registers([entries(*rows)])
    assert list(made["actions"]["action"]) == ["A"] and len(nobody) == 1
    assert list(made["actions"].index) == [0]


# --- one table a kind -------------------------------------------------------------------------


def test_files_of_one_kind_stand_below_one_another_and_lack_nothing():
    first = entries({"action": "A", "owner": "Head"}, area=BARNET, file="one.csv")
    second = entries({"action": "B", "due": "May 2026"}, area=LEEDS, file="two.csv")
    made, _ = registers.build_registers([first, second])
    table = made["actions"]
    assert list(table["action"]) == ["A", "B"] and list(table["area_code"]) == [BARNET, LEEDS]
    assert list(table["owner"]) == ["Head", ""] and list(table["due"]) == ["", "May 2026"]
    assert list(table["source_file"]) == ["one.csv", "two.csv"]
    assert list(table)[: len(REGISTER_COLUMNS)] == REGISTER_COLUMNS


def test_dates_and_numbers_that_a_file_has_not_are_missing_and_not_nought():
    dated = entries(
        {"action": "A", "due_date": pd.Timestamp("2026-05-01"), "score_number": 3.0}, area=BARNET
    )
    made, _ = registers.build_registers([dated, entries({"action": "B"}, area=BARNET)])
    second = made["actions"].iloc[1]
    assert pd.isna(second["due_date"]) and pd.isna(second["score_number"])
    assert second["action"] == "B"


def test_kinds_are_kept_apart_and_others_left_alone():
    tables = [
        entries({"action": "A"}, area=BARNET),
        entries({"risk": "R"}, kind="risks", area=BARNET),
        entries({"code": "x"}, kind="lookup", area=BARNET),
    ]
    made, _ = registers.build_registers(tables)
    assert set(made) == {"actions", "risks"}
    assert "risk" not in made["actions"] and list(made["risks"]["risk"]) == ["R"]


def test_nothing_gives_nothing():
    made, nobody = registers.build_registers([])
    assert made == {} and list(nobody) == ["file", "problem"] and nobody.empty


def test_an_entry_says_where_it_stands():
    made, _ = registers.build_registers([entries({"action": "A"}, {"action": "B"}, area=BARNET)])
    table = made["actions"]
    assert list(table["source_row"]) == [2, 3]
    assert set(table["source_id"]) == {"local_action_tracker"}
    assert table["source_published"].isna().all()


def test_the_files_tables_are_not_changed():
    given = entries({"action": "A", "area": "Barnet"})
    before = given.rows.copy()
    registers.build_registers([given])
    pd.testing.assert_frame_equal(given.rows, before)


# --- transcripts beside a document ------------------------------------------------------------


def beside(tmp_path: Path, name: str, text: str, document: str = DOCUMENT) -> Path:
    folder = tmp_path / document / "2019-01-17"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def bundled(name: str) -> Path:
    return next((paths.data_dir() / "raw").glob(f"*/*/{name}"))


def test_a_list_beside_a_document_is_credited_to_it_and_read_by_the_layout():
    path = bundled("risk_register.csv")
    (table,), failed = companions.read_companions([path])
    assert failed == [] and isinstance(table, ReferenceTable) and table.kind == "risks"
    document = KNOWN.sources[table.source.id]
    assert table.source.id in path.parts
    assert (table.source.publisher, table.source.licence) == (document.publisher, document.licence)
    assert table.source.dataset == "local_risk_register"
    assert table.source.reader == "local_list"


def test_figures_beside_a_document_must_say_their_own_area():
    path = bundled("survey_results.csv")
    (table,), failed = companions.read_companions([path])
    assert failed == [] and isinstance(table, CountTable)
    assert table.source.area == "", "a document quotes figures of others too"
    assert table.source.id in path.parts


def test_what_no_layout_describes_is_left_alone(tmp_path):
    path = beside(tmp_path, "notes.csv", "thought,feeling\none,two\n")
    assert companions.read_companions([path]) == ([], [])


def test_what_a_layout_describes_and_cannot_be_used_is_an_error_that_names_the_file(tmp_path):
    header = bundled("survey_results.csv").read_text(encoding="utf-8").splitlines()[0]
    path = beside(tmp_path, "survey_results.csv", f"{header}\n")
    tables, failed = companions.read_companions([path, bundled("risk_register.csv")])
    assert [table.kind for table in tables] == ["risks"], "one bad file does not stop the others"
    assert len(failed) == 1 and isinstance(failed[0], SourceError)
    assert "survey_results.csv" in str(failed[0])


def test_outside_a_documents_folder_the_layout_keeps_its_own_name(tmp_path):
    source = bundled("risk_register.csv")
    path = tmp_path / "risk_register.csv"
    path.write_bytes(source.read_bytes())
    (table,), _ = companions.read_companions([path])
    assert table.source.id == "local_risk_register"


def test_no_file_no_table():
    assert companions.read_companions([]) == ([], [])


# --- tables worked out from an edition --------------------------------------------------------


@pytest.mark.parametrize("name, place", derived.DERIVED.items(), ids=derived.DERIVED)
def test_every_derived_table_has_a_maker_and_says_whose_its_rows_are(name, place):
    assert callable(derived._maker(place)) and derived._maker(place).__doc__
    assert "area_code" in TABLES[name]
    assert len(TABLES[name]) == len(set(TABLES[name]))


def inputs(**tables: pd.DataFrame) -> derived.Inputs:
    nothing = pd.DataFrame()
    return derived.Inputs(nothing, nothing, {}, KNOWN, tables=dict(tables))


@pytest.fixture
def makers(monkeypatch):
    """Puts made-up tables in the place of the project's."""

    def put(**made) -> None:
        monkeypatch.setattr(derived, "DERIVED", {name: name for name in made})
        monkeypatch.setattr(derived, "_maker", lambda place: made[place])
        for name in made:
            monkeypatch.setitem(derived.TABLES, name, ["area_code", "value"])

    return put


def test_columns_come_in_the_order_of_the_edition_and_others_are_dropped(makers):
    given = pd.DataFrame({"extra": [1], "value": [2.0], "area_code": [BARNET]}, index=[7])
    makers(first=lambda _: given)
    made = derived.derive(inputs())["first"]
    assert list(made) == ["area_code", "value"] and list(made.index) == [0]


def test_a_later_table_can_read_an_earlier_one(makers):
    def second(given: derived.Inputs) -> pd.DataFrame:
        return given.tables["first"].assign(value=lambda rows: rows["value"] * 2)

    makers(first=lambda _: pd.DataFrame({"area_code": [BARNET], "value": [2.0]}), second=second)
    assert derived.derive(inputs())["second"]["value"].tolist() == [4.0]


def test_a_column_without_any_value_is_text_so_that_a_filter_can_be_asked_of_it(makers, tmp_path):
    makers(first=lambda _: pd.DataFrame({"area_code": [], "value": []}, dtype=object))
    made = derived.derive(inputs())["first"]
    made.to_parquet(tmp_path / "t.parquet")
    filtered = pd.read_parquet(tmp_path / "t.parquet", filters=[("area_code", "in", [BARNET])])
    assert filtered.empty and list(filtered) == ["area_code", "value"]


def test_a_maker_that_lacks_a_column_is_an_error_and_not_a_hole(makers):
    makers(first=lambda _: pd.DataFrame({"area_code": [BARNET]}))
    with pytest.raises(KeyError, match="value"):
        derived.derive(inputs())
