"""Zip and gzip: members are read in place, bounds hold, and nothing is unpacked to disk."""

import gzip
import io
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import files
from cyp_analysis.loaders.formats import archive, sheets

TEXT = "a,b\n1,2\n3,4\n"
CELLS = [["a", "b"], ["1", "2"], ["3", "4"]]


def packed(tmp_path, parts: dict[str, str | bytes], name: str = "data.zip"):
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as file:
        for member, content in parts.items():
            file.writestr(member, content)
    return tmp_path / name


def refusal(path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        files.read_sheets(path)
    assert caught.value.action
    return caught.value


def test_a_zip_of_one_data_file_is_that_file(tmp_path):
    aside = {"readme.pdf": b"%PDF", "__MACOSX/._d.csv": "x", ".hidden.csv": "x", "e/": ""}
    path = packed(tmp_path, aside | {"in/d.csv": TEXT})
    assert files.members(path) == ["in/d.csv"]
    (sheet,) = files.read_sheets(path)
    assert sheet.records == CELLS
    (head,) = files.read_head(path, records=1)
    assert head.records == CELLS[:1]


def test_members_are_named_after_the_archive(tmp_path):
    path = packed(tmp_path, {"one.csv": "x,y\n5,6\n", "in/two.csv": TEXT})
    assert files.members(path) == ["in/two.csv", "one.csv"]
    (sheet,) = files.read_sheets(path / "in" / "two.csv")
    assert sheet.records == CELLS
    error = refusal(path)
    assert error.rule == "a zip file must hold one data file"
    assert error.got == "2 (in/two.csv, one.csv)"
    assert error.action == "Name one of them: data.zip/in/two.csv."


def test_a_member_that_is_not_there_is_told_with_those_that_are(tmp_path):
    error = refusal(packed(tmp_path, {"one.csv": TEXT}) / "two.csv")
    assert (error.rule, error.got) == ("must be in the archive", "no such member, only one.csv")


def test_a_zip_without_data_is_told(tmp_path):
    error = refusal(packed(tmp_path, {"readme.docx": "x"}))
    assert error.got == "none"


def test_a_workbook_is_no_archive(real_data):
    book = next((real_data / "ons-census-2021").glob("*.xlsx"))
    assert files.members(book) == []
    assert files.members(next((real_data / "ons-census-2021").glob("*.csv"))) == []


def test_a_workbook_in_a_zip_is_read(tmp_path, real_data):
    book = next((real_data / "ons-census-2021").glob("*.xlsx"))
    path = packed(tmp_path, {"book.xlsx": book.read_bytes()})
    assert files.read_sheets(path) == files.read_sheets(book)
    assert files.read_head(path)[0].records == files.read_head(book)[0].records


def test_an_archive_in_an_archive_stays_closed(tmp_path):
    inner = packed(tmp_path, {"d.csv": TEXT}, "inner.zip").read_bytes()
    path = packed(tmp_path, {"inner.zip": inner, "x.csv.gz": gzip.compress(inner)})
    assert files.members(path) == ["x.csv.gz"]
    for member in ("inner.zip", "x.csv.gz"):
        assert refusal(path / member).got == "an archive in an archive"


def test_gzip_text_is_read(tmp_path):
    path = tmp_path / "d.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    assert files.read_sheets(path)[0].records == CELLS
    assert files.read_head(path, records=2)[0].records == CELLS[:2]


def test_gzip_cut_short_or_damaged_is_refused(tmp_path):
    path, whole = tmp_path / "d.csv.gz", gzip.compress((TEXT * 500).encode())
    path.write_bytes(whole[:-9])
    assert refusal(path).rule == "must be complete"
    path.write_bytes(whole[:-8] + b"\0\0\0\0" + whole[-4:])
    assert refusal(path).rule == "must be a whole gzip file"


def test_unpacking_stops_at_the_bound_whatever_is_claimed(tmp_path, monkeypatch):
    path = packed(tmp_path, {"zeros.csv": b"0" * 3_000_000})
    monkeypatch.setattr(sheets, "UNPACKED_BYTES", 1 << 20)
    assert "GiB at most" in refusal(path).rule
    whole = path.read_bytes()
    size = struct.pack("<I", 3_000_000)
    path.write_bytes(whole.replace(size, struct.pack("<I", 10)))
    assert "GiB at most" in refusal(path).rule
    bomb = tmp_path / "d.csv.gz"
    bomb.write_bytes(gzip.compress(b"0" * 3_000_000))
    assert "GiB at most" in refusal(bomb).rule


def test_a_member_of_another_size_than_it_claims_is_refused(tmp_path):
    path = packed(tmp_path, {"d.csv": "a,b\n" + "1,2\n" * 1000})
    size = struct.pack("<I", 4004)
    path.write_bytes(path.read_bytes().replace(size, struct.pack("<I", 404)))
    assert refusal(path).rule == "must be a whole zip file"


def test_a_locked_member_says_so(tmp_path):
    path = packed(tmp_path, {"d.csv": TEXT})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert (refusal(path).rule, refusal(path).got) == (
        "must open without a password",
        "a locked file",
    )


def test_a_name_that_leads_out_of_the_archive_is_only_a_name(tmp_path):
    path = packed(tmp_path, {"../../out.csv": TEXT})
    assert files.read_sheets(path)[0].records == CELLS
    assert not (tmp_path.parent.parent / "out.csv").exists()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.floats(0, 1), mark=st.binary(min_size=1, max_size=8), cut=st.booleans())
def test_a_damaged_archive_gives_the_same_cells_or_a_refusal(tmp_path, at, mark, cut):
    whole = packed(tmp_path, {"d.csv": TEXT}).read_bytes()
    place = int(at * len(whole))
    damaged = whole[:place] + (b"" if cut else mark + whole[place + len(mark) :])
    path = tmp_path / "damaged.zip"
    path.write_bytes(damaged)
    try:
        (sheet,) = files.read_sheets(path)
    except SourceError as error:
        assert error.rule and error.action
    else:
        assert sheet.records == CELLS


def dbf(fields: list[tuple[str, str, int]], records: list[bytes]) -> bytes:
    size = 1 + sum(width for _, _, width in fields)
    start = 32 + 32 * len(fields) + 1
    head = b"\x03\x7c\x01\x01" + struct.pack("<IHH", len(records), start, size) + bytes(20)
    described = b"".join(
        name.encode().ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([width]) + bytes(15)
        for name, kind, width in fields
    )
    return head + described + b"\r" + b"".join(records) + b"\x1a"


FIELDS = [("WD24CD", "C", 9), ("AREA", "N", 6), ("DAY", "D", 8)]
WARDS = [b" E05000001  12.520240331", b"*E05000002     120240331", b" E05000003******        "]


def test_boundaries_beside_their_shapes_give_their_table(tmp_path):
    parts = {"w.shp": b"\0\0\x27\x0a", "w.dbf": dbf(FIELDS, WARDS), "w.prj": "x", "notes.txt": "n"}
    (sheet,) = files.read_sheets(packed(tmp_path, parts))
    assert sheet.name == "features"
    assert sheet.records == [
        ["WD24CD", "AREA", "DAY"], ["E05000001", "12.5", "2024-03-31"], ["E05000003", "", ""],
    ]  # fmt: skip
    assert sheet.lines == [1, 2, 4]


def test_a_dbase_table_cut_short_is_refused(tmp_path):
    path = tmp_path / "w.dbf"
    path.write_bytes(dbf(FIELDS, WARDS)[:-30])
    assert (refusal(path).rule, refusal(path).got) == ("must be complete", "1 of 3 records")
    path.write_bytes(dbf(FIELDS, WARDS)[:40])
    assert refusal(path).rule == "must be complete"


def test_sizes_come_chunk_by_chunk(tmp_path):
    path = packed(tmp_path, {"a.xml": b"x" * (3 << 20)})
    chunks = list(archive.parts(path, path.read_bytes()))
    assert sum(len(chunk) for _, chunk in chunks) == 3 << 20 and len(chunks) >= 3
    with pytest.raises(SourceError):
        list(archive.parts(path, io.BytesIO(path.read_bytes()).read()[:-30]))
