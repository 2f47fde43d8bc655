"""Files that try to exhaust their reader, to escape their folder or to be what they are not."""

import io
import json
import stat
import zipfile
import zlib
from collections.abc import Callable

_SHEET = "xl/worksheets/sheet1.xml"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets>'
    '<sheet name="a" sheetId="1" r:id="r1" xmlns:r="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships"/></sheets></workbook>'
)
_LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
_ENTITIES = "<!DOCTYPE x [<!ENTITY a '{}'>{}]>".format(
    "x" * 100,
    "".join(f"<!ENTITY {b} '{f'&{a};' * 20}'>" for a, b in zip("abcdefg", "bcdefgh", strict=True)),
)
_OUTSIDE = "<!DOCTYPE x [<!ENTITY h SYSTEM 'file:///etc/passwd'>]>"


def zipped(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file of parts by name, whatever the names are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def linked(name: str, target: str) -> bytes:
    """A zip file with a symbolic link in it."""
    out = io.BytesIO()
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, target)
    return out.getvalue()


def workbook(sheet: str, **parts: str) -> bytes:
    """A workbook whose one sheet is this XML."""
    whole = {"[Content_Types].xml": _TYPES, "xl/workbook.xml": _BOOK}
    whole |= {"xl/_rels/workbook.xml.rels": _LINKS, _SHEET: sheet}
    return zipped(whole | {name.replace("__", "/") + ".xml": text for name, text in parts.items()})


def _cells(reference: str, prolog: str = "", text: str = "1") -> str:
    return (
        f'<?xml version="1.0"?>{prolog}<worksheet xmlns="http://schemas.openxmlformats.org/'
        f'spreadsheetml/2006/main"><sheetData><row r="1"><c r="{reference}" t="inlineStr"><is><t>'
        f"{text}</t></is></c></row></sheetData></worksheet>"
    )


def open_document(content: str) -> bytes:
    """An OpenDocument file with this content."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content}, zipfile.ZIP_STORED)


def _ods(rows: str, prolog: str = "") -> bytes:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    return open_document(
        f'<?xml version="1.0"?>{prolog}<office:document-content {names}><office:body>'
        f'<office:spreadsheet><table:table table:name="a">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )


_ODS_CELL = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
_ROW = "<table:table-row{}>{}</table:table-row>"


def _gzip_bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"a,b,c\n" * (1 << 18)
    return b"".join(packer.compress(block) for _ in range(800)) + packer.flush()


def _deep(opening: str, closing: str, depth: int = 200_000) -> bytes:
    return (opening * depth + "1" + closing * depth).encode()


FILES: dict[str, Callable[[], bytes]] = {
    "up.zip": lambda: zipped({"../../../../tmp/escaped.csv": b"a,b\n1,2\n"}),
    "absolute.zip": lambda: zipped({"/tmp/escaped.csv": b"a,b\n1,2\n"}),
    "windows.zip": lambda: zipped({"..\\..\\escaped.csv": b"a,b\n1,2\n"}),
    "drive.zip": lambda: zipped({"C:\\escaped.csv": b"a,b\n1,2\n"}),
    "newline.zip": lambda: zipped({"a\nb;rm -rf x.csv": b"a,b\n1,2\n"}),
    "escape.zip": lambda: zipped({"\x1b[31m.csv": b"a,b\n1,2\n", "b.csv": b"a\n1\n"}),
    "script.zip": lambda: zipped({"<script>.csv": b"a,b\n1,2\n", "b.csv": b"a\n1\n"}),
    "link.zip": lambda: linked("a.csv", "/etc/passwd"),
    "link_up.zip": lambda: linked("a.csv", "../../../../etc/passwd"),
    "many.zip": lambda: zipped({f"{n}.csv": b"" for n in range(5000)}),
    "twice.zip": lambda: zipped({"a.csv": b"a\n1\n", "A.csv": b"a\n1\n"}),
    "nested.zip": lambda: zipped({"a.zip": zipped({"b.zip": zipped({"c.csv": b"a\n"})})}),
    "long.zip": lambda: zipped({"x" * 60_000 + ".csv": b"a\n1\n"}),
    "bomb.zip": lambda: zipped({"a.csv": b"a,b\n" * (270 << 20 >> 2)}),
    "bomb.csv.gz": _gzip_bomb,
    "far.xlsx": lambda: workbook(_cells("XFD1048576")),
    "beyond.xlsx": lambda: workbook(_cells("ZZZZZZ99999999")),
    "negative.xlsx": lambda: workbook(_cells("A-1")),
    "entities.xlsx": lambda: workbook(_cells("A1", _ENTITIES, "&h;")),
    "outside.xlsx": lambda: workbook(_cells("A1", _OUTSIDE, "&h;")),
    "halves.xlsx": lambda: workbook(_cells("A1", "", "a_xD800_b_x0000_c")),
    "no_sheet.xlsx": lambda: zipped({"[Content_Types].xml": _TYPES, "xl/workbook.xml": _BOOK}),
    "deep.xlsx": lambda: workbook("<a>" * 100_000),
    "no_xml.xlsx": lambda: workbook("not xml"),
    "strings.xlsx": lambda: workbook(_cells("A1"), xl__sharedStrings="<sst>" + "<si/>" * 9),
    "entities.ods": lambda: _ods(_ROW.format("", _ODS_CELL.format("", "&h;")), _ENTITIES),
    "outside.ods": lambda: _ods(_ROW.format("", _ODS_CELL.format("", "&h;")), _OUTSIDE),
    "columns.ods": lambda: _ods(
        _ROW.format("", _ODS_CELL.format(' table:number-columns-repeated="999999999"', "x"))
    ),
    "rows.ods": lambda: _ods(
        _ROW.format(' table:number-rows-repeated="999999999"', _ODS_CELL.format("", "x"))
    ),
    "negative.ods": lambda: _ods(
        _ROW.format("", _ODS_CELL.format(' table:number-columns-repeated="-5"', "x"))
    ),
    "no_number.ods": lambda: _ods(
        _ROW.format(' table:number-rows-repeated="many"', _ODS_CELL.format("", "x"))
    ),
    "deep.ods": lambda: open_document("<a>" * 100_000),
    "picture.svg": lambda: f"{_ENTITIES}<svg onload='1'>&h;</svg>".encode(),
    "picture.csv": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "deep.json": lambda: _deep("[", "]"),
    "deep_objects.json": lambda: _deep('{"a":', "}"),
    "halves.json": lambda: b'[{"area":"a\\ud800b","value":"1"},{"area":"\\udfff","value":"2"}]',
    "halves_key.json": lambda: b'[{"a\\ud800":"1"}]',
    "huge_number.json": lambda: b'[{"a":' + b"9" * 1_000_000 + b"}]",
    "infinity.json": lambda: b'[{"a":1e999999,"b":NaN,"c":-Infinity}]',
    "twice.json": lambda: b'[{"a":"1","a":"2"}]',
    "null.json": lambda: b"null",
    "deep.geojson": lambda: (
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":"1"},'
        b'"geometry":{"type":"Polygon","coordinates":' + _deep("[", "]") + b"}}]}"
    ),
    "collections.geojson": lambda: (
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":"1"},'
        b'"geometry":' + _deep('{"type":"GeometryCollection","geometries":[', "]}", 2000) + b"}]}"
    ),
    "features.geojson": lambda: b'{"type":"FeatureCollection","features":7}',
    "arcs.topojson": lambda: json.dumps(
        {
            "type": "Topology",
            "arcs": [[[0, 0]]],
            "objects": {
                "a": {
                    "type": "GeometryCollection",
                    "geometries": [{"type": "Polygon", "arcs": [[99]], "properties": {"a": "1"}}],
                }
            },
        }
    ).encode(),
    "end.parquet": lambda: b"PAR1" + b"\x00" * 40 + b"PAR1",
    "claims.parquet": lambda: b"PAR1" + b"\xff" * 64 + (1 << 30).to_bytes(4, "little") + b"PAR1",
    "start.parquet": lambda: b"PAR1",
    "short.dbf": lambda: b"\x03" + b"\xff" * 31,
    "claims.dbf": lambda: b"\x03abc" + b"\xff" * 4 + b"\xff\xff\xff\xff" + b"\x00" * 20 + b"\r",
    "page.gpkg": lambda: b"SQLite format 3\x00" + b"\xff" * 200,
    "latin.csv": lambda: "área,café\nx,1\n".encode("latin-1"),
    "utf16.csv": lambda: "area,value\nx,1\n".encode("utf-16"),
    "utf32.csv": lambda: "area,value\nx,1\n".encode("utf-32"),
    "utf7.csv": lambda: b"+ADw-script+AD4-,b\n1,2\n",
    "overlong.csv": lambda: b"a,b\n\xc0\xbc\xc1\x9c,1\n",
    "halves.csv": lambda: b"a,b\n\xed\xa0\x80,1\n",
    "nul.csv": lambda: b"a,b\n\x00,1\n",
    "quote.csv": lambda: b'a,b\n"never closed,' + b"x,\n" * 200_000,
    "wide.csv": lambda: b"," * 2_000_000 + b"\n1\n",
    "one_cell.csv": lambda: b"x" * 20_000_000,
    "lines.csv": lambda: b"\n" * 5_000_000,
    "returns.csv": lambda: b"a,b\r1,2\r" * 1000,
    "formula.csv": lambda: b"=cmd|' /C calc'!A0,b\n1,2\n",
    "empty.csv": lambda: b"",
    "bom.csv": lambda: b"\xef\xbb\xbf",
    "pickle.csv": lambda: b"\x80\x04\x95cposix\nsystem\n(S'touch /tmp/escaped'\ntR.",
    "shell.csv": lambda: b"#!/bin/sh\ntouch /tmp/escaped\n",
    "a\nb.csv": lambda: b"a,b\n1,2\n",
    ";rm -rf x.csv": lambda: b"a,b\n1,2\n",
    "$(touch escaped).csv": lambda: b"a,b\n1,2\n",
    "\x1b[31mred.csv": lambda: b"a,b\n1,2\n",
    "-rf.csv": lambda: b"a,b\n1,2\n",
    "<script>.csv": lambda: b"a,b\n1,2\n",
    "\u202egnp.csv": lambda: b"a,b\n1,2\n",
}

YAML: dict[str, str] = {
    "aliases": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "aliases in a list": "- id: x\n  a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"  {b}: &{b} [{','.join([f'*{a}'] * 9)}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "aliases of a long text": f"a: &a {'x' * 100_000}\nb: [{','.join(['*a'] * 5000)}]",
    "itself": "&a [*a]",
    "itself in a mapping": "organisation: &a {b: *a}",
    "merged": "a: &a {<<: &b {c: 1}}\n<<: *a",
    "deep brackets": "[" * 100_000 + "]" * 100_000,
    "deep braces": "{a: " * 2000 + "1" + "}" * 2000,
    "deep dashes": "- " * 5000 + "x",
    "deep lines": "\n".join(" " * n + "a:" for n in range(900)),
    "python object": "!!python/object/apply:os.system ['touch /tmp/escaped']",
    "python name": "organisation: !!python/name:os.system",
    "python module": "organisation: !!python/module:os",
    "python tuple": "organisation: !!python/tuple [1, 2]",
    "own tag": "organisation: !include /etc/passwd",
    "twice": "organisation: a\norganisation: b",
    "twice within": "- id: a\n  term: b\n  term: c\n  meaning: d",
    "half of a character": 'organisation: "a\\ud800b"',
    "control character": "organisation: a\x00b",
    "huge number": f"organisation: {'9' * 100_000}",
    "impossible date": "statement_prepared: 2018-02-30",
    "far date": "statement_prepared: 9999999-01-01",
    "not a number": "organisation: .nan",
    "key that is a list": "? [a]\n: b",
    "key that is a mapping": "? {a: b}\n: c",
    "text": "hello",
    "number": "42",
    "set": "organisation: !!set {a, b}",
    "ordered": "organisation: !!omap [a: 1]",
    "open quote": 'organisation: "never closed',
    "tab": "organisation:\n\t- a",
    "many documents": "---\na: 1\n---\nb: 2",
    "directive": "%YAML 9.9\n---\na: 1",
    "too long": "organisation: " + "x" * 5_000_000,
    "unknown alias": "organisation: *nothing",
}
