"""Ways in which a file arrives damaged: bytes in, damaged bytes out, by a seeded generator.

None of them makes one figure into another that nobody could tell from a figure (a digit for a
digit): what a reader cannot know it need not find. All of them must be survived: the project's own
error, or figures that are those of the whole file.
"""

import codecs
import csv
import functools
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable

Damage = Callable[[bytes, random.Random], bytes]

NO_DIGIT = [
    *(b"\0", b"\xff", b"\xfe\xff", b"\x80", b"\r", b"\n", b'"', b",", b";", b"\t", b"|", b"'"),
    *(b"\xe2\x80", b"%%", b"()", b"\x1b[0m", b"\xc2\xa0", b"=", b"{", b"<b>", b"\0" * 40),
]
WORDS = [
    *("n/k", "abc", "#REF!", "=1+1", "=SUM(A1:A9)", "2024-05-01", "05-Oct", "TRUE", "NaN", "inf"),
    *("1e999", "--", "12 34", "1,23", "٣", "０", "<5", "\u200b", "0x1F", "1_000", "[c]", "x"),
]


def cut(data: bytes, rng: random.Random) -> bytes:
    """The download stopped early."""
    return data[: rng.randrange(len(data))]


def cut_front(data: bytes, rng: random.Random) -> bytes:
    """The beginning is missing."""
    return data[rng.randrange(1, len(data)) :]


def binary(data: bytes, rng: random.Random) -> bytes:
    """Bytes that belong to no figure, somewhere in the file."""
    for _ in range(rng.randrange(1, 4)):
        place = rng.randrange(len(data))
        data = data[:place] + rng.choice(NO_DIGIT) + data[place:]
    return data


def garbage(data: bytes, rng: random.Random) -> bytes:
    """A stretch that was overwritten by noise."""
    place, size = rng.randrange(len(data)), rng.randrange(1, 200)
    noise = bytes(rng.choice([0, 1, 127, 128, 200, 254, 255]) for _ in range(size))
    return data[:place] + noise + data[place + size :]


def repeated(data: bytes, rng: random.Random) -> bytes:
    """A stretch of whole lines that stands twice."""
    lines = data.splitlines(keepends=True)
    start = rng.randrange(len(lines))
    end = min(len(lines), start + rng.randrange(1, 8))
    return b"".join([*lines[:end], *lines[start:end], *lines[end:]])


def lines_lost(data: bytes, rng: random.Random) -> bytes:
    """Line ends that were lost, so that two lines are one."""
    lines = data.splitlines(keepends=True)
    place = rng.randrange(len(lines))
    lines[place] = lines[place].rstrip(b"\r\n")
    return b"".join(lines)


def doubled_mark(data: bytes, rng: random.Random) -> bytes:
    """A byte-order mark once more than there should be, or one in the middle."""
    place = rng.choice([0, 0, rng.randrange(len(data))])
    return data[:place] + codecs.BOM_UTF8 * rng.randrange(1, 3) + data[place:]


def encoded(data: bytes, rng: random.Random) -> bytes:
    """Saved in another encoding, or read in one and saved in another."""
    text = data.decode("utf-8-sig", "replace")
    name = rng.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "utf-7", "cp037"])
    if rng.random() < 0.3:
        text = data.decode("cp1252", "replace")
        name = "utf-8"
    return text.encode(name, "replace")


def _table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig", "replace"), newline="")))


def _bytes(table: list[list[str]], delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(table)
    return out.getvalue().encode()


def shuffled(data: bytes, rng: random.Random) -> bytes:
    """Whole columns in another order."""
    table = _table(data)
    order = list(range(max(map(len, table), default=0)))
    rng.shuffle(order)
    moved = [[row[i] if i < len(row) else "" for i in order] for row in table]
    return _bytes(moved, rng.choice([",", ",", ";", "\t", "|"]))


def dropped(data: bytes, rng: random.Random) -> bytes:
    """A column or some rows that are not there."""
    table = _table(data)
    width = max(map(len, table), default=0)
    if width and rng.random() < 0.6:
        gone = rng.randrange(width)
        table = [row[:gone] + row[gone + 1 :] for row in table]
    else:
        table = [row for n, row in enumerate(table) if n == 0 or rng.random() > 0.3]
    return _bytes(table)


def wrong_types(data: bytes, rng: random.Random) -> bytes:
    """Words, formulas and errors of spreadsheets where figures or codes should stand."""
    table = _table(data)
    cells = [(r, c) for r, row in enumerate(table) for c, text in enumerate(row) if r and text]
    for r, c in rng.sample(cells, min(len(cells), rng.randrange(1, 12))):
        table[r][c] = rng.choice(WORDS)
    return _bytes(table)


def ragged(data: bytes, rng: random.Random) -> bytes:
    """Rows with a cell more or less than the header has; each is hurt once, for one that loses
    a cell and gains another is as wide as before, and nobody could tell."""
    table = _table(data)
    for row in rng.sample(table, min(len(table), rng.randrange(1, 4))):
        place = rng.randrange(len(row) + 1)
        if row and rng.random() < 0.5:
            del row[place - 1]
        else:
            row.insert(place, rng.choice(["", "note", "[1]"]))
    return _bytes(table)


def gigantic(data: bytes, rng: random.Random) -> bytes:
    """One cell of megabytes."""
    table = _table(data)
    row = rng.choice(table)
    if row:
        row[rng.randrange(len(row))] = rng.choice(["9", "x", '"', "a,", "\n"]) * 2_000_000
    return _bytes(table)


@functools.cache
def bomb() -> bytes:
    """A small archive of one text file of 1.2 GB, more than is ever unpacked."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("data.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(120):
            member.write(b"a,b,c,d,e\n" * 1_000_000)
    return out.getvalue()


def zipped(data: bytes, rng: random.Random) -> bytes:
    """In an archive: sound, cut, nested, or one that unpacks to a thousand times its size."""
    out = io.BytesIO()
    kind = rng.choice(["sound", "cut", "nested", "bomb", "two"])
    if kind == "bomb":
        return bomb()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/data.csv", data)
        if kind == "two":
            archive.writestr("other.csv", data[: len(data) // 2])
    made = out.getvalue()
    if kind == "nested":
        return zipped(made, random.Random(1))
    return made[: rng.randrange(len(made))] if kind == "cut" else made


def gzipped(data: bytes, rng: random.Random) -> bytes:
    """A gzip file, sound or cut."""
    made = gzip.compress(data)
    return made if rng.random() < 0.5 else made[: rng.randrange(len(made))]


def other_format(data: bytes, rng: random.Random) -> bytes:
    """Something else under the same name."""
    return rng.choice(
        [
            b"",
            b"\n\n\n",
            b"<!doctype html><title>503</title>",
            b'{"error": "not found"}',
            b"%PDF-1.7\n",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
            json.dumps({"results": [{"a": 1}, {"a": [2]}]}).encode(),
            b"[" * 100_000,
            b"PAR1" + bytes(64) + b"PAR1",
            b"PK\x03\x04" + bytes(64),
            b"\xd0\xcf\x11\xe0" + bytes(600),
            b"\x1f\x8b\x08" + bytes(40),
            b"\0" * 5000,
            b",".join([b"a"] * 20_000),
        ]
    )


OF_BYTES: tuple[Damage, ...] = (cut, cut_front, binary, garbage, zipped, gzipped, other_format)
OF_TEXT: tuple[Damage, ...] = (
    *OF_BYTES,
    *(
        repeated,
        lines_lost,
        doubled_mark,
        encoded,
        shuffled,
        dropped,
        wrong_types,
        ragged,
        gigantic,
    ),
)
