"""Files made to exhaust the machine: refused, or read, in a process that stays below 2 GiB."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST = 2 << 30
SLOWEST = 120
HEADER = (
    b"time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
    b"region_name,new_la_code,la_name,number\n"
)
ROW = b"2024,Calendar year,National,E92000001,England,,,,,1\n"
READ = """
import resource, sys
from cyp_analysis import loaders
from cyp_analysis.errors import CypError
try:
    got = f"read {len(loaders.read(sys.argv[1]).rows)}"
except CypError as error:
    got = f"refused: {error.rule}"
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, got)
"""


def _zipped(path: Path, name: str, parts, more: dict[str, str] | None = None) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, text in (more or {}).items():
            archive.writestr(other, text)
        with archive.open(name, "w", force_zip64=True) as member:
            for part in parts:
                member.write(part)


def zip_bomb(path: Path) -> None:
    _zipped(path, "data.csv", [HEADER, *[ROW * 100_000] * 250])


def zip_of_short_lines(path: Path) -> None:
    _zipped(path, "data.csv", [HEADER, *[b"a\n" * 10_000_000] * 30])


def zip_of_odd_quotes(path: Path) -> None:
    _zipped(path, "data.csv", [HEADER, *[b'a"b,1,2\n' * 1_000_000] * 60])


def gzip_bomb(path: Path) -> None:
    import gzip

    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(HEADER)
        for _ in range(250):
            file.write(ROW * 100_000)


def one_cell(path: Path) -> None:
    path.write_bytes(HEADER + ROW + b'"' + b"x" * 300_000_000 + b'"\n')


def one_line(path: Path) -> None:
    path.write_bytes(HEADER + b"1," * 100_000_000)


def deep_json(path: Path) -> None:
    path.write_bytes(b'{"a":' * 20_000_000)


def long_json(path: Path) -> None:
    path.write_bytes(b'[{"time_period":1}' + b',{"a":1}' * 40_000_000 + b"]")


TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
MORE = {
    "[Content_Types].xml": TYPES,
    "xl/workbook.xml": BOOK,
    "xl/_rels/workbook.xml.rels": LINKS,
}
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = "</sheetData></worksheet>"


def sparse_sheet(path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    parts = [f'{SHEET}<row r="1"><c r="A1"><v>1</v></c></row>{far}{END}'.encode()]
    _zipped(path, "xl/worksheets/sheet1.xml", parts, MORE)


def full_sheet(path: Path) -> None:
    rows = (
        "".join(
            f'<row r="{r}">'
            + "".join(f'<c r="{c}{r}"><v>1</v></c>' for c in "ABCDEFGHIJ") * 4
            + "</row>"
            for r in range(block * 10_000 + 1, block * 10_000 + 10_001)
        ).encode()
        for block in range(60)
    )
    _zipped(path, "xl/worksheets/sheet1.xml", [SHEET.encode(), *rows, END.encode()], MORE)


def repeated_cells(path: Path) -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    cell = '<table:table-cell office:value-type="float" office:value="1" {}/>'
    row = cell.format('table:number-columns-repeated="16384"')
    text = (
        f'<office:document-content xmlns:office="{office}" xmlns:table="{table}"><office:body>'
        '<office:spreadsheet><table:table table:name="a">'
        f'<table:table-row table:number-rows-repeated="1048576">{row}</table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}
    _zipped(path, "content.xml", [text.encode()], kind)


MADE = {
    zip_bomb: "a.zip",
    zip_of_short_lines: "a.zip",
    zip_of_odd_quotes: "a.zip",
    gzip_bomb: "a.csv.gz",
    one_cell: "a.csv",
    one_line: "a.csv",
    deep_json: "a.json",
    long_json: "a.json",
    sparse_sheet: "a.xlsx",
    full_sheet: "a.xlsx",
    repeated_cells: "a.ods",
}


@pytest.mark.slow
@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_no_file_takes_all_memory(tmp_path, make):
    path = tmp_path / MADE[make]
    make(path)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        capture_output=True,
        text=True,
        timeout=SLOWEST,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    peak, answer = done.stdout.split(" ", 1)
    assert answer.startswith("refused")
    assert int(peak) < MOST, f"{int(peak) >> 20} MiB: {answer}"
