"""Names, pupil numbers, postcodes, dates of birth and free text of a child-level extract: planted
in every table, whole and damaged, and looked for in every byte that the commands write or say.
Every child here is made up."""

import gzip
import io
import os
import subprocess
import sys
import traceback
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from test_loaders_extract import CIN, LAC

from cyp_analysis.loaders import read

AREA = "E09000003"
CANARIES = {
    "name": "Zebedee Quillfeather",
    "surname": "Quillfeather",
    "child": "CANARYCHILD7",
    "pupil number": "H801200001999",
    "postcode": "ZQ9 9QZ",
    "date of birth": "2013-02-17",
    "date of birth as typed": "17/02/2013",
    "free text": "was seen at the blue gate with her uncle",
}
_TEXT = {"Forename": "name", "Home_Postcode": "postcode", "Case_note": "free text"}
_OWN = {
    **dict.fromkeys(["UPN", "FormerUPN"], "pupil number"),
    **dict.fromkeys(["HOME_POST", "PL_POST"], "postcode"),
    **dict.fromkeys(["PersonBirthDate", "DOB", "MC_DOB"], "date of birth as typed"),
}


def lines(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.strip().splitlines()]


def planted(text: str) -> str:
    """A table whose identifiers are canaries, with columns more that hold others."""
    header, *rows = lines(text)
    made = [",".join([*header, *_TEXT])]
    for row in rows:
        cells = [
            CANARIES[_OWN[name]] if name in _OWN and cell else cell
            for name, cell in zip(header, row, strict=True)
        ]
        cells[0] = f"{CANARIES['child']}{cells[0]}"
        made.append(",".join([*cells, *(CANARIES[kind] for kind in _TEXT.values())]))
    return "\n".join(made) + "\n"


def no_header(text: str) -> bytes:
    return "\n".join(planted(text).splitlines()[1:]).encode()


def other_encoding(text: str) -> bytes:
    return planted(text).replace("Quillfeather", "Quillfeather é").encode("utf-16-le")


def a_row_that_fails(text: str) -> bytes:
    header, *rows = planted(text).splitlines()
    wrong = ",".join([CANARIES["name"]] * len(header.split(",")))
    return "\n".join([header, *rows, wrong, f"{CANARIES['name']},"]).encode()


def drifted(text: str) -> bytes:
    header, *rows = planted(text).splitlines()
    names = header.split(",")
    names[1] = f"{names[1]} of {CANARIES['name']}"
    return "\n".join([",".join(names), *rows]).encode()


def cut(text: str) -> bytes:
    return (planted(text)[:-1] + ',"' + CANARIES["free text"]).encode()


DAMAGE = [no_header, other_encoding, a_row_that_fails, drifted, cut]


@pytest.fixture(scope="module")
def extract(tmp_path_factory) -> Path:
    """A folder of data: whole tables, the same table twice, and one of each kind of damage."""
    folder = tmp_path_factory.mktemp("council")
    for number, tables in enumerate((CIN, LAC)):
        whole = folder / AREA / f"return{number}"
        whole.mkdir(parents=True)
        for name, text in tables.items():
            (whole / f"{name}.csv").write_text(planted(text), encoding="utf-8")
    (folder / AREA / "return1" / "Episodes copy.csv").write_text(planted(LAC["Episodes"]))
    for damage in DAMAGE:
        damaged = folder / AREA / damage.__name__
        damaged.mkdir()
        for name in ("Header", "Episodes"):
            (damaged / f"{name}.csv").write_bytes(damage(LAC[name]))
    return folder


def run(home: Path, *arguments: str) -> bytes:
    """What a command says, with every folder that it may write to inside `home`."""
    own = {name: str(home / name.lower()) for name in ("TMPDIR", "XDG_CACHE_HOME", "HOME")}
    for folder in own.values():
        Path(folder).mkdir(parents=True, exist_ok=True)
    settings = own | {"CYP_HOME": str(ROOT), "CYP_OUTPUTS": str(home / "outputs")}
    done = subprocess.run(
        [sys.executable, "-m", "cyp_analysis", *arguments],
        capture_output=True,
        env=os.environ | settings,
        cwd=home,
        timeout=600,
        check=False,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()[-2000:]
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def written(extract, tmp_path_factory) -> tuple[Path, dict[str, bytes]]:
    """Where the commands wrote, and what each said."""
    home = tmp_path_factory.mktemp("written")
    data = ("--data", str(extract))
    chapter = ("--chapter", "children_in_care", "--jobs", "1", "--allow-partial")
    said = {
        "build": run(home, "build", *data, "--area", AREA, *chapter, "--edition", "one"),
        "check": run(home, "check", *data),
        "trace": run(home, "trace", "children_looked_after_rate", AREA, *data),
    }
    return home, said


def unpacked(content: bytes, name: str) -> list[tuple[str, bytes]]:
    """A file and everything inside it: parts of a zip or workbook, columns of a Parquet file."""
    found = [(name, content)]
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.namelist():
                found += unpacked(archive.read(part), f"{name}/{part}")
    elif content[:2] == b"\x1f\x8b":
        found += unpacked(gzip.decompress(content), f"{name}/unzipped")
    elif content[:4] == b"PAR1":
        frame = pd.read_parquet(io.BytesIO(content))
        found.append((f"{name}/decoded", frame.to_csv().encode()))
        found.append((f"{name}/schema", repr(frame.attrs).encode()))
    return found


def canaries_in(content: bytes) -> list[str]:
    """The kinds of canary in some bytes, in any of the usual encodings."""
    lower = content.lower()
    return [
        kind
        for kind, text in CANARIES.items()
        for code in ("utf-8", "utf-16-le", "utf-16-be")
        if text.lower().encode(code) in lower
    ]


def leaks(folder: Path) -> list[str]:
    """Places below a folder, names of files too, that hold a canary."""
    found = []
    for path in sorted(folder.rglob("*")):
        parts = unpacked(path.read_bytes(), path.name) if path.is_file() else []
        for name, content in [("name", str(path.relative_to(folder)).encode()), *parts]:
            found += [f"{path}: {name}: {kind}" for kind in canaries_in(content)]
    return found


def test_the_search_finds_what_is_there(extract, tmp_path):
    assert len(leaks(extract)) > 20
    frame = pd.DataFrame({"a": [CANARIES["name"]]})
    frame.to_parquet(tmp_path / "a.parquet", compression="gzip")
    frame.to_excel(tmp_path / "a.xlsx")
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(CANARIES["postcode"].encode("utf-16-le")))
    (tmp_path / CANARIES["surname"]).touch()
    assert {Path(each.split(": ")[0]).suffix for each in leaks(tmp_path)} >= {
        ".parquet",
        ".xlsx",
        ".gz",
        "",
    }


def test_the_extract_was_read(written):
    home, said = written
    edition = home / "outputs" / "one"
    assert (edition / "indicators.parquet").is_file(), said["build"].decode()
    # Files that could be counted and files that could not are told of by their names alone.
    told = b"".join(said.values()).decode()
    assert "Episodes" in told


def test_nothing_that_is_written_holds_a_canary(written):
    home, _ = written
    files = [path for path in home.rglob("*") if path.is_file()]
    assert len(files) > 10 and leaks(home) == []


@pytest.mark.parametrize("command", ["build", "check", "trace"])
def test_no_command_says_a_canary(written, command):
    said = written[1][command]
    assert said and canaries_in(said) == []


def chain(error: BaseException | None) -> str:
    """All that an error says, with the errors that it came from and their tracebacks."""
    said = ""
    while error is not None:
        said += "".join(traceback.format_exception(error)) + repr(error.args)
        error = error.__cause__ or error.__context__
    return said


def test_no_reader_or_error_says_a_canary(extract, capsys, caplog):
    refused = 0
    for path in sorted(extract.rglob("*.csv")):
        try:
            table = read(path, area=AREA)
            said = table.rows.to_csv() + table.problems.to_csv()
        except Exception as error:  # the point: whatever is raised must not tell
            refused += 1
            said = chain(error)
        said += caplog.text + "".join(capsys.readouterr())
        assert canaries_in(said.encode()) == [], path
    assert refused >= 4
