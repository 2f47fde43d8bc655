"""Damaged files: whatever happens to the bytes, a reader answers with a table or one message."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_loaders_dfe import HEADER, passport, row
from test_loaders_fingertips import HEADER as FINGERTIPS_HEADER
from test_loaders_fingertips import USUAL

from cyp_analysis import catalogue, loaders, schema
from cyp_analysis.errors import CypError, SourceError
from cyp_analysis.loaders import layout

EES = "\n".join([HEADER, row(), row("c", "c", period="2023"), row("1,5", level="National"), ""])
FINGERTIPS = "\n".join(
    [
        ",".join(FINGERTIPS_HEADER),
        ",".join(USUAL.get(name, "") for name in FINGERTIPS_HEADER),
        ",".join((USUAL | {"Sex": "Male", "Count": ""}).get(n, "") for n in FINGERTIPS_HEADER),
        "",
    ]
)
COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


def answers(path, sources) -> None:
    """A table that keeps the contract, or a CypError with its four parts; nothing else."""
    try:
        table = loaders.read(path, sources)
    except CypError as error:
        assert error.rule and error.action and str(error).startswith(str(error.thing))
    else:
        schema.check_count_table(table.rows)
        assert not table.rows.empty
        assert list(table.problems) == ["source_row", "problem"]


def damaged(draw_from: bytes):
    """The bytes cut short, with some bytes replaced, or with some put in."""
    size = len(draw_from)
    cut = st.integers(0, size).map(lambda at: draw_from[:at])
    swap = st.tuples(st.integers(0, size - 1), st.binary(min_size=1, max_size=3)).map(
        lambda pair: draw_from[: pair[0]] + pair[1] + draw_from[pair[0] + len(pair[1]) :]
    )
    marks = st.sampled_from([b'"', b",", b"\n", b"\r", b"\0", b"\xff", b";", b"%", b"(", b"\xe2"])
    put = st.tuples(st.integers(0, size), marks).map(
        lambda pair: draw_from[: pair[0]] + pair[1] + draw_from[pair[0] :]
    )
    return st.one_of(cut, swap, put)


@pytest.mark.parametrize("name", ["d1_plans.csv", "unknown.csv"])
@settings(max_examples=50, **COMMON)
@given(data=damaged(EES.encode()))
def test_a_damaged_education_file(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    answers(path, {"plans": passport(file_patterns=("d1_*.csv",))})


def test_a_file_cut_anywhere_in_its_last_line_gives_no_other_figure(tmp_path):
    text = "\n".join([HEADER, row(), row("62744", "16.25", period="2023"), ""])
    path, sources = tmp_path / "d1_plans.csv", {"plans": passport()}
    columns = ["source_row", "count", "value", "value_note"]
    path.write_text(text)
    whole = loaders.read(path, sources).rows[columns].to_numpy().tolist()
    for size in range(text.rindex("\n2023") + 2, len(text)):
        path.write_text(text[:size])
        try:
            table = loaders.read(path, sources)
        except SourceError as error:
            assert error.rule == "must be complete"
        else:
            assert table.rows[columns].to_numpy().tolist() == whole[:1]
            assert table.problems["problem"].tolist() == [layout.CUT_OFF]


@settings(max_examples=50, **COMMON)
@given(data=damaged(FINGERTIPS.encode()))
def test_a_damaged_fingertips_file(tmp_path, data):
    path = tmp_path / "download.csv"
    path.write_bytes(data)
    sources = catalogue.load().sources
    answers(path, {"ohid_fingertips": sources["ohid_fingertips"]})


@settings(max_examples=30, **COMMON)
@given(cells=st.lists(st.text(max_size=12), min_size=2, max_size=2))
def test_any_text_in_the_cells(tmp_path, cells):
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    text = "\n".join([HEADER, row(), row(*quoted, period="2023"), ""])
    path = tmp_path / "d1_plans.csv"
    path.write_bytes(text.encode("utf-8", "ignore"))
    answers(path, {"plans": passport()})


@settings(max_examples=12, **COMMON)
@given(at=st.floats(0, 1), mark=st.binary(min_size=1, max_size=40))
def test_a_damaged_workbook(tmp_path, real_data, at, mark):
    whole = (real_data / "ons-population" / "mye23tablesew.xlsx").read_bytes()
    place = int(at * len(whole))
    path = tmp_path / "mye23tablesew.xlsx"
    path.write_bytes(whole[:place] + mark + whole[place + len(mark) :])
    source = catalogue.load().sources["ons_population_single_year"]
    answers(path, {source.id: source})
