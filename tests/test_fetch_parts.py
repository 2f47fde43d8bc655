"""The parts of a download by themselves: endings, decoding, records, names, words."""

import gzip
import json
import pickle
import zipfile
import zlib
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from cyp_analysis.fetch import FetchError
from cyp_analysis.fetch.arrived import Page, add_page, chunks
from cyp_analysis.fetch.content import (
    CUT,
    OPEN,
    WHOLE,
    decode_file,
    decoded,
    ending_of,
    first_words,
    refuse_other_content,
    refuse_size,
)
from cyp_analysis.fetch.ees_query import Names
from cyp_analysis.fetch.limits import Limits
from cyp_analysis.fetch.plan import is_web_address
from cyp_analysis.fetch.problems import Passing, Truncated, host_of
from cyp_analysis.fetch.replies import plain
from cyp_analysis.fetch.run import FETCHED, Outcome, summary
from cyp_analysis.fetch.store import Record, conditions, latest, place, records, write_record

URL = "https://example.org/data/f.csv"
TABLE = b"area,count\nE92000001,5\nE12000007,2\n"


def written(folder, body: bytes, name: str = "f.csv"):
    path = folder / name
    path.write_bytes(body)
    return path


# Endings: what a format promises

TEXT_ENDINGS = [
    (b"a,b\n1,2\n", WHOLE, ""),
    (b"a,b\r\n1,2\r\n", WHOLE, ""),
    (b"a,b\r1,2\r", WHOLE, ""),
    (b"a,b\n1,2\n\n\n", WHOLE, ""),
    (b"a,b\n1,2", OPEN, "a last line without a line end"),
    (b"a,b,c\n1,2,3\n4,5", CUT, "a last line of 2 cells where the line before has 3"),
    (b"a,b,c\n1,2,3\nSource: ONS", OPEN, "without a line end"),
    (b'a,b\n1,"two', CUT, "ends inside quotes"),
    (b'a,b\n1,"two, three"', OPEN, "without a line end"),
    (b"a\tb\tc\n1\t2\t3\n1\t2", CUT, "2 cells where the line before has 3"),
    ("a,b\n1,2".encode("utf-16"), WHOLE, ""),
    (b"a,b,c", OPEN, "without a line end"),
]


@pytest.mark.parametrize(("body", "state", "words"), TEXT_ENDINGS)
def test_the_end_of_a_text(body, state, words, tmp_path):
    found, told = ending_of(written(tmp_path, body), "f.csv")
    assert found == state and words in told


def test_the_end_of_a_long_text_is_read_alone(tmp_path):
    body = TABLE * 20_000
    assert ending_of(written(tmp_path, body), "f.csv") == (WHOLE, "")
    assert ending_of(written(tmp_path, body[:-1]), "f.csv")[0] == OPEN


@pytest.mark.parametrize(
    ("name", "body", "state"),
    [
        ("a.json", b'{"a": [1]}\n', WHOLE),
        ("a.json", b"[1, 2]", WHOLE),
        ("a.geojson", b'{"a": [1', CUT),
        ("a.parquet", b"PAR1....PAR1", WHOLE),
        ("a.parquet", b"PAR1....", CUT),
        ("a.xlsx", b"PK\x03\x04 and no more", CUT),
        ("a.unknown", b"anything", WHOLE),
    ],
)
def test_the_end_of_other_formats(name, body, state, tmp_path):
    assert ending_of(written(tmp_path, body, name), name)[0] == state


def test_a_whole_zip_has_its_end(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("f.csv", TABLE)
    assert ending_of(path, "a.zip") == (WHOLE, "")


# Decoding

CODED = {
    "": TABLE,
    "identity": TABLE,
    "gzip": gzip.compress(TABLE),
    "x-gzip": gzip.compress(TABLE),
    "GZIP": gzip.compress(TABLE),
    "deflate": zlib.compress(TABLE),
}


@pytest.mark.parametrize("encoding", CODED)
def test_what_was_coded_is_decoded(encoding, tmp_path):
    assert decoded(CODED[encoding], encoding, URL, 1000) == TABLE
    decode_file(written(tmp_path, CODED[encoding]), tmp_path / "out", encoding, URL, 1000)
    assert (tmp_path / "out").read_bytes() == TABLE


@pytest.mark.parametrize("size", [1, 5, 17, 60])
def test_a_stream_may_end_nowhere_but_at_its_end(size):
    with pytest.raises(Truncated, match="a compressed file that ends early"):
        decoded(gzip.compress(TABLE)[:-size] if size < 50 else b"", "gzip", URL, 1000)


def test_zeros_after_a_stream_are_padding_and_other_bytes_are_not():
    assert decoded(gzip.compress(TABLE) + bytes(100), "gzip", URL, 1000) == TABLE
    with pytest.raises(Passing, match="must send a sound gzip stream"):
        decoded(gzip.compress(TABLE) + b"<html>", "gzip", URL, 1000)


def test_unpacking_stops_at_the_ceiling():
    with pytest.raises(FetchError, match="must send 1,000 bytes at most"):
        decoded(gzip.compress(bytes(10**7)), "gzip", URL, 1000)
    refuse_size(URL, 1000, 1000)


# Other content


@pytest.mark.parametrize(
    ("name", "body"),
    [("f.csv", TABLE), ("f.csv", b"\xef\xbb\xbf" + TABLE), ("f.json", b'{"a": 1}'),
     ("f.xlsx", b"PK\x03\x04"), ("f.pdf", b"%PDF-1.7"), ("f.csv", b"<18 yrs,count\n1,2\n")],
)  # fmt: skip
def test_content_that_may_be_the_file(name, body, tmp_path):
    refuse_other_content(written(tmp_path, body), name, URL)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"title": "Bad", "detail": "no such id"}', "no such id; Bad"),
        (b'{"errors": ["a", "b"]}', "['a', 'b']"),
        (b"[1, 2, 3]", "[1, 2, 3]"),
        (b"\xef\xbb\xbf<html><title>  Not\n here </title>", "Not here"),
        (b"<h1>Gone</h1>", "Gone"),
        (b"\xff\xfe" + b"x" * 500, "\ufffd\ufffd" + "x" * 148),
        (b"{" * 100_000, "{" * 150),
    ],
)
def test_what_an_error_says(body, words):
    assert first_words(body) == words


# Addresses and errors


@pytest.mark.parametrize(
    ("url", "good"),
    [("https://a.org", True), ("http://a.org:80/x?y=1", True), ("HTTPS://a.org", True),
     ("a.org", False), ("https:///x", False), ("javascript:1", False), ("http://u@a.org", False),
     ("https://[::1", False), ("", False)],
)  # fmt: skip
def test_web_addresses(url, good):
    assert is_web_address(url) is good


def test_hosts_in_messages():
    assert host_of(URL) == "example.org"
    assert host_of("https://[::1") == "https://[::1" and host_of("") == ""


def test_the_root_of_a_network_error_without_addresses_in_memory():
    root = OSError(111, "Connection refused")
    outer = ConnectionError(Exception("<object at 0x7f>: Failed to connect", root))
    assert plain(outer) == "[Errno 111] Connection refused"
    named = ConnectionError("<object at 0x7f>: Failed to resolve 'a.org'")
    assert plain(named) == "Failed to resolve 'a.org'"
    assert plain(ValueError("")) == "ValueError"


def test_errors_have_four_parts_and_cross_processes():
    error = pickle.loads(pickle.dumps(FetchError("t", "must", "got", "Do.")))
    assert str(error) == "t: must; got: got. Do." and error.exit_code == 1
    assert pickle.loads(pickle.dumps(Passing("t", "must", "got", wait=3))).got == "got"


def test_limits_are_those_the_page_tells():
    page = (Path(__file__).parents[1] / "docs/fetching.md").read_text()
    limits = Limits()
    assert f"up to {limits.tries} times" in page
    assert limits.longest_wait == 120 and "up to two minutes" in page
    assert limits.pause == 0.5 and "half a second" in page
    assert limits.whole == 1800 and "30 minutes" in page
    assert limits.max_bytes == 2 * 2**30 and "2 GiB" in page


# Parts of a table


def part(folder, body: bytes, name: str) -> Page:
    head = body.split(b"\n")[0] + b"\n"
    columns = tuple(head.decode().strip().split(","))
    return Page(written(folder, body, name), columns, len(head), body.count(b"\n"), {})


def test_parts_are_joined_below_one_header(tmp_path):
    target = tmp_path / "whole.csv"
    add_page(target, part(tmp_path, b"a,b\n1,2", "1"), URL, None)
    add_page(target, part(tmp_path, b"a,b\n3,4\n", "2"), URL, ("a", "b"))
    add_page(target, part(tmp_path, b"a,b\n", "3"), URL, ("a", "b"))
    assert target.read_bytes() == b"a,b\n1,2\n3,4\n"
    with pytest.raises(FetchError, match="every part with the same columns; got: b, a"):
        add_page(target, part(tmp_path, b"b,a\n3,4\n", "4"), URL, ("a", "b"))
    assert target.read_bytes() == b"a,b\n1,2\n3,4\n"


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (4, [2, 2]), (5, [2, 2, 1])])
def test_lists_in_parts(count, sizes):
    assert [len(some) for some in chunks([str(i) for i in range(count)], 2)] == sizes


# Records

RECORD = Record(
    name="f.csv",
    url=URL,
    fetched="2026-04-01T10:00:00+00:00",
    published="2026-03-26",
    sha256="",
    size=len(TABLE),
    etag='"one"',
)


def placed(folder, body: bytes, record: Record, *days: date):
    staged = written(folder, body, "staged")
    record = replace(record, sha256=sha256(body).hexdigest())
    return place(staged, folder / "source", record, list(days))


def test_files_are_placed_by_day_and_found_again(tmp_path):
    first = placed(tmp_path, TABLE, RECORD, date(2026, 3, 26), date(2026, 4, 1))
    assert first == tmp_path / "source" / "2026-03-26" / "f.csv"
    assert not (tmp_path / "staged").exists()
    later = replace(RECORD, fetched="2026-05-01T10:00:00+00:00", etag="")
    second = placed(tmp_path, TABLE * 2, later, date(2026, 3, 26), date(2026, 5, 1))
    assert second.parent.name == "2026-05-01" and first.read_bytes() == TABLE
    kept = records(tmp_path / "source")
    assert [record.folder for record in kept] == ["2026-03-26", "2026-05-01"]
    assert latest(kept)["f.csv"].folder == "2026-05-01"
    assert conditions(kept, URL) == {}
    assert conditions(kept[:1], URL) == {"If-None-Match": '"one"'}
    assert conditions(kept, "https://other.org") == {}


def test_the_same_bytes_are_placed_once(tmp_path):
    one = placed(tmp_path, TABLE, RECORD, date(2026, 3, 26))
    assert placed(tmp_path, TABLE, RECORD, date(2026, 3, 26)) == one
    assert len(list((tmp_path / "source").rglob("f.csv"))) == 1


def test_a_record_is_renewed_beside_others(tmp_path):
    placed(tmp_path, TABLE, RECORD, date(2026, 3, 26))
    placed(tmp_path, TABLE * 3, replace(RECORD, name="g.csv"), date(2026, 3, 26))
    folder = tmp_path / "source" / "2026-03-26"
    kept = latest(records(tmp_path / "source"))
    write_record(folder, replace(kept["f.csv"], etag='"two"'))
    kept = latest(records(tmp_path / "source"))
    assert kept["f.csv"].etag == '"two"' and kept["g.csv"].etag == '"one"'
    told = json.loads((folder / ".fetched.json").read_text())["files"]
    assert [entry["name"] for entry in told] == ["f.csv", "g.csv"]
    assert "folder" not in told[0]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"files": 3}', '{"files": [{}]}', '{"files": [{"name": "f.csv"}]}', '"x"'],
)
def test_a_record_that_cannot_be_read_counts_as_none(text, tmp_path):
    folder = placed(tmp_path, TABLE, RECORD, date(2026, 3, 26)).parent
    (folder / ".fetched.json").write_text(text)
    assert records(tmp_path / "source") == []


def test_a_record_never_leads_out_of_its_folder(tmp_path):
    folder = placed(tmp_path, TABLE, RECORD, date(2026, 3, 26)).parent
    told = json.loads((folder / ".fetched.json").read_text())
    told["files"][0] |= {"name": "../../secret", "later_key": 1}
    (folder / ".fetched.json").write_text(json.dumps(told))
    assert records(tmp_path / "source") == []


def test_records_of_a_source_that_was_never_fetched(tmp_path):
    assert records(tmp_path / "nothing") == []


# What is told


def test_the_summary_has_a_row_for_each_outcome():
    error = FetchError("t", "must", "got", "Do.")
    record = replace(RECORD, folder="2026-03-26", rows=2, notes=("one", "two"))
    table = summary([Outcome("a", FETCHED, record), Outcome("b", "failed", error=error)])
    assert table.to_dict("records") == [
        {"source_id": "a", "outcome": "fetched", "file": "2026-03-26/f.csv",
         "published": "2026-03-26", "bytes": 35, "rows": 2, "remarks": "one; two"},
        {"source_id": "b", "outcome": "failed", "file": "", "published": "", "bytes": "",
         "rows": "", "remarks": "see below"},
    ]  # fmt: skip
    assert list(summary([]).columns) == list(table.columns)


# Names of the education statistics API


def names() -> Names:
    levels = [{"code": "MAT", "label": "MAT"}, {"code": "LA", "label": "Local authority"}]
    trust = {"level": {"code": "MAT"}, "options": [{"id": "m", "label": "A trust", "code": "7"}]}
    filters = [{"id": "s", "label": "Sex", "options": [{"id": "f", "label": "Female"}]}]
    meta = {"geographicLevels": levels, "locations": [trust], "filters": filters}
    return Names.of(meta | {"indicators": [{"id": "i", "label": "Pupils"}]}, URL)


@pytest.mark.parametrize(
    ("period", "time"),
    [
        ({"code": "AY", "period": "2022/2023"}, ["202223", "Academic year"]),
        ({"code": "CY", "period": "2023"}, ["2023", "Calendar year"]),
        ({"code": "M3", "period": "2023"}, ["2023", "March"]),
        ({"code": "W29", "period": "2023"}, ["2023", "Week 29"]),
        ({"code": "T1T2", "period": "2022/2023"}, ["202223", "Autumn and spring term"]),
        ({"code": "XX", "period": "2023"}, ["2023", "XX"]),
        ({}, ["", ""]),
    ],
)
def test_times_of_results(period, time):
    known = names()
    row = known.row({"timePeriod": period}, known.columns(["i"]))
    assert row[:2] == time and len(row) == 7


def test_levels_and_filters_without_a_known_name_keep_their_own():
    known = names()
    columns = known.columns(["i", "new"])
    assert columns[3:] == ["mat_code", "mat_name", "Sex", "Pupils", "new"]
    result = {
        "geographicLevel": "MAT",
        "locations": {"MAT": "m"},
        "filters": {"s": "f", "unknown": "u"},
        "values": {"i": "12", "new": "c"},
    }
    assert known.row(result, columns) == ["", "", "MAT", "7", "A trust", "Female", "12", "c"]
