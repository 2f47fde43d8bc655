"""Hostile input without a browser: files within bounds of time and memory and with an error in the
house's words, texts in workbooks, CSV files, file names and messages, names that leave a folder."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import yaml
from conftest import ROOT, cyp
from hostile import FORMULAS, LONG, PAYLOADS, strings
from hostile_files import FILES, YAML
from test_downloads_tables import ABOUT, tidy

from cyp_analysis import geography
from cyp_analysis.area_tables import area_table
from cyp_analysis.build.edition import check_name
from cyp_analysis.catalogue_files import read_chapters, read_list
from cyp_analysis.edition_reader import open_edition
from cyp_analysis.errors import (
    CatalogueError,
    ChapterError,
    CypError,
    EditionError,
    SchemaError,
    SourceError,
)
from cyp_analysis.listing import as_text
from cyp_analysis.present import commentary
from cyp_analysis.publish.downloads import csv_files, names, sheets, workbook
from cyp_analysis.publish.downloads.safe_text import neutral
from cyp_analysis.publish.pages.glossary import Term
from cyp_analysis.publish.pages.statement import read_publisher
from cyp_analysis.publish.policy import css_text
from cyp_analysis.visible import one_line, visible
from cyp_analysis.yaml_text import load_yaml

FULL = 2400
HALF = re.compile("[\ud800-\udfff]")
WHOLE = [text for text in strings(FULL) if not HALF.search(text)]
SECONDS, MEMORY = 20, 3 << 30


# --- what is seen, said and quoted ---------------------------------------------------------------


def test_there_are_two_thousand_different_texts():
    assert len(set(strings(FULL))) == FULL
    assert set(PAYLOADS) <= set(strings(FULL))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\x00b\x08c\x7fd\x85e", "abcde"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("In \u202eName\u202c, 14.0%", "In Name, 14.0%"),
        ("\u2066a\u2069", "a"),
        ("a\ud800b", "a\ufffdb"),
        ("\ud83d\ude00", "\ufffd\ufffd"),
        ("a\tb\nc\r\nd", "a\tb\nc\r\nd"),
        ("👩\u200d👧 العربية é", "👩\u200d👧 العربية é"),
        ("", ""),
    ],
)
def test_what_nobody_sees_goes_and_all_else_stays(text, seen):
    assert visible(text) == seen
    assert visible(seen) == seen


def test_every_hostile_text_can_be_written_once_it_is_visible():
    for text in strings(FULL):
        visible(text).encode("utf-8")


@pytest.mark.parametrize("text", [*PAYLOADS, *LONG])
def test_a_message_stays_one_line_of_bounded_length_whatever_it_quotes(text):
    told = str(CypError(text, "must be so", text, "Mend it."))
    told.encode("utf-8")
    assert not re.search("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e]", told)
    got = told.partition("; got: ")[2]
    assert "\n" not in one_line(text) and len(one_line(text)) <= 400
    assert len(got) < 2100


def test_a_table_of_the_command_shows_no_control_character():
    import pandas as pd

    shown = as_text(pd.DataFrame({"name": [t for t in PAYLOADS if not HALF.search(t)]}))
    assert "\x1b" not in shown and "\x00" not in shown and "\u202e" not in shown


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_text_in_a_style_sheet_ends_neither_its_string_nor_the_sheet(text):
    told = css_text(text)
    assert not re.search(r"[\"'<>{};@()\n\r]", told)
    back = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), told)
    assert back == visible(text)


# --- workbooks, CSV files, file names ------------------------------------------------------------


@pytest.mark.parametrize("text", [*FORMULAS, *(f"\u200b{text}" for text in FORMULAS)])
def test_what_a_spreadsheet_would_run_is_marked(text):
    bare = visible(text).lstrip("\u200b\xa0 \t\r\n\u2003\x0b\x0c")
    if bare[:1] in "=+-@＝＋－＠" and not re.fullmatch(r"[+-]?\d+", bare):
        assert neutral(text).startswith("'")


def begins_a_formula(cell: str) -> bool:
    bare = re.sub(r"^[\s\u200b-\u200f\u2060\xad\ufeff]+", "", cell)
    number = re.fullmatch(r"[+-]?\d[\d,]*(\.\d+)?(e[+-]?\d+)?%?", cell.strip(), re.IGNORECASE)
    return bare[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠") and not number


def test_no_cell_of_a_csv_file_begins_a_formula_and_every_text_comes_back(tmp_path):
    rows = [{"category": text, "value_note": text, "area": text} for text in WHOLE]
    path, told = csv_files.write_csv(tmp_path / "a.csv", tidy(*rows), ABOUT)
    json.loads(told.read_text(encoding="utf-8"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.DictReader(file))
    assert len(read) == len(WHOLE)
    for line, text in zip(read, WHOLE, strict=True):
        assert not any(map(begins_a_formula, line.values())), line
        for cell in (line["category"], line["note"], line["area"]):
            assert cell in (visible(text), f"'{visible(text)}")


def test_no_cell_of_a_workbook_is_a_formula_and_every_text_comes_back(tmp_path):
    said = [text for text in WHOLE if visible(text).strip()][::4]
    rows = tuple((text, text) for text in said)
    sheet = sheets.Sheet("All", ("One", "Two"), rows, (False, False), (None, None))
    lines = tuple(said[:200])
    book = workbook.Book(said[3], said[4], ABOUT_DAY, lines, lines, lines)
    path = workbook.write_workbook(tmp_path / "a.xlsx", book, [sheet])
    read = openpyxl.load_workbook(path)
    cells = [cell for tab in read.worksheets for line in tab.iter_rows() for cell in line]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert not [c.value for c in cells if isinstance(c.value, str) and begins_a_formula(c.value)]
    links = [cell.hyperlink.target for cell in cells if cell.hyperlink and cell.hyperlink.target]
    assert links == []
    shown = {_letters(str(cell.value)) for cell in cells if cell.value is not None}
    lost = [t for t in said if _letters(visible(t)) not in shown and t not in workbook.SIGNS]
    assert lost == []


ABOUT_DAY = date(2026, 1, 2)


def _letters(text: str) -> str:
    """A text without what a workbook adds, as `workbook.plain` says: spaces, an apostrophe, or
    words after a sign that stands alone."""
    text = re.sub(r"_x000D_|[\ufffe\uffff]", "", text.replace("(as printed)", ""))
    return "".join(text.split()).lstrip("'")


@pytest.mark.parametrize("text", [*PAYLOADS, *LONG])
def test_a_file_name_is_plain_whatever_it_is_made_of(text):
    area = geography.area("E09000003").__class__(
        "E09000003", text, "authority", "", "", "", "", None, None
    )
    name = names.stem(area, text)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,199}", name)


# --- names that lead out of a folder -------------------------------------------------------------

OUTSIDE = (
    "..", "../x", "../../etc", "a/../../x", "/tmp/x", "a/b", "a\\b", "..\\x", ".", "", " ", ".x",
    "CON", "nul.txt", "a\x00b", "a\nb", "x" * 300, "~", "a:b", "*", "-x", "\u202ex", "\x1b[31m",
)  # fmt: skip


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_of_an_edition_that_leaves_its_folder_is_refused(tmp_path, name):
    with pytest.raises(CypError) as caught:
        check_name(tmp_path, name)
    assert caught.value.exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../x", "a/../b", "..", "x" * 300, "a\x00b", "a/b"])
def test_an_edition_is_looked_for_among_the_editions_only(outputs, name):
    (outputs / "a").mkdir(parents=True)
    (outputs / "a" / "indicators.parquet").write_bytes(b"PAR1")
    (outputs.parent / "x").mkdir()
    (outputs.parent / "x" / "indicators.parquet").write_bytes(b"PAR1")
    with pytest.raises(EditionError, match="must be one that was built") as caught:
        open_edition(name)
    assert caught.value.exit_code == 2


@pytest.mark.slow
def test_a_build_that_is_named_to_leave_its_folder_writes_nothing(tmp_path):
    done = cyp("build", "--edition", "../escaped", outputs=tmp_path / "outputs")
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    assert "must be letters, digits, spaces" in done.stderr
    assert not (tmp_path / "escaped").exists()


@pytest.mark.parametrize("code", ["../x", "a/b", "..", "a\x00", "x" * 30, "<b>", ""])
def test_a_code_of_an_area_that_would_name_another_folder_is_refused(tmp_path, code):
    head = "area_code,area_name,level,region_code,subregion_code,country_code,dfe_code"
    (tmp_path / "areas.csv").write_text(f"{head},start,end,aliases\n{code},A,authority,,,,,,,\n")
    with pytest.raises(SchemaError, match="must be letters and digits"):
        area_table(tmp_path)


@pytest.mark.parametrize("name", ["../x", "a/b", "..", "A", "a.b", "x" * 99, "a b", "<b>"])
def test_an_id_of_a_chapter_that_would_name_another_file_is_refused(tmp_path, name):
    entry = [{"id": name, "number": 1, "title": "A", "question": "B"}]
    (tmp_path / "chapters.yml").write_text(yaml.safe_dump(entry))
    with pytest.raises(CatalogueError, match="`id`"):
        read_chapters(tmp_path)


# --- YAML ----------------------------------------------------------------------------------------


def in_a_child(code: str, *arguments: str) -> subprocess.CompletedProcess:
    """Run Python with bounds of time and memory, so that a file that breaks them breaks no more."""
    bound = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))\n"
    environment = os.environ | {"CYP_HOME": str(ROOT), "OMP_NUM_THREADS": "1"}
    environment["PYTHONPATH"] = str(ROOT / "tests")
    return subprocess.run(
        [sys.executable, "-c", bound + code, *arguments],
        capture_output=True, text=True, env=environment, timeout=500, check=False,
    )  # fmt: skip


_READ_YAML = """
import sys, time
from pathlib import Path
from hostile_files import YAML
from cyp_analysis.catalogue_files import read_list
from cyp_analysis.errors import CypError
from cyp_analysis.present import commentary
from cyp_analysis.publish.pages.glossary import Term
from cyp_analysis.publish.pages.statement import read_publisher
folder = Path(sys.argv[1])
for name, text in YAML.items():
    (folder / "site.yml").write_text(text, encoding="utf-8")
    (folder / "x.md").write_text(f"---\\n{text}\\n---\\nWords", encoding="utf-8")
    for read in (lambda: read_publisher(folder), lambda: read_list(folder / "site.yml", Term),
                 lambda: commentary._front_matter(text, folder / "x.md")):
        start = time.monotonic()
        try:
            read()
            said = "taken"
        except CypError as error:
            said = f"refused {len(str(error))}"
        print(f"{name}|{said}|{time.monotonic() - start:.1f}")
"""


def test_hostile_yaml_is_refused_within_bounds(tmp_path):
    done = in_a_child(_READ_YAML, str(tmp_path))
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line.split("|") for line in done.stdout.splitlines()]
    assert len(lines) == 3 * len(YAML)
    assert [line for line in lines if float(line[2]) > SECONDS] == []
    assert all(int(said.split()[1]) < 2500 for _, said, _ in lines if said != "taken")
    taken = {name for name, said, _ in lines[::3] if said == "taken"}
    assert taken == {"merged"} & taken
    assert not Path("/tmp/escaped").exists()


@pytest.mark.parametrize(
    ("name", "got"),
    [
        ("aliases", "aliases that unfold to more than 200,000 values"),
        ("aliases of a long text", "aliases that unfold to more than 200,000 values"),
        ("itself", "aliases that unfold to more than 200,000 values"),
        ("deep brackets", "values nested more than 40 deep on line 1"),
        ("deep dashes", "values nested more than 40 deep on line 1"),
        ("deep lines", "values nested more than 40 deep on line 41"),
        ("twice", "the key `organisation` stands twice, line 2"),
        ("twice within", "the key `term` stands twice, line 3"),
        ("too long", "5,000,014 characters, more than 4,000,000"),
        ("python object", "could not determine a constructor for the tag"),
    ],
)
def test_hostile_yaml_is_told_in_words(name, got):
    with pytest.raises(yaml.YAMLError, match=re.escape(got)):
        load_yaml(YAML[name])


def test_aliases_that_are_few_are_taken():
    assert load_yaml("a: &a [1, 2]\nb: *a\nc: {<<: {d: 1}}") == {
        "a": [1, 2], "b": [1, 2], "c": {"d": 1},
    }  # fmt: skip


def test_every_yaml_file_of_the_project_is_taken():
    for path in sorted((ROOT / "data").rglob("*.yml")):
        load_yaml(path.read_text(encoding="utf-8"))


def test_site_and_glossary_are_refused_by_name(tmp_path):
    (tmp_path / "site.yml").write_text(YAML["twice"])
    with pytest.raises(CatalogueError, match=r"site\.yml: must be valid YAML; got: the key"):
        read_publisher(tmp_path)
    with pytest.raises(CatalogueError, match="must be a list"):
        (tmp_path / "site.yml").write_text("a: 1")
        read_list(tmp_path / "site.yml", Term)


def test_front_matter_of_a_commentary_that_is_hostile_is_refused(tmp_path):
    for text in (YAML["aliases"], YAML["twice"], YAML["impossible date"], YAML["deep brackets"]):
        with pytest.raises(ChapterError, match="must begin with front matter"):
            commentary._front_matter(text, tmp_path / "E09000003" / "x.md")


# --- files ---------------------------------------------------------------------------------------

_READ_FILES = """
import sys, time, warnings
from pathlib import Path
from hostile_files import FILES
from cyp_analysis import loaders
from cyp_analysis.errors import CypError
warnings.simplefilter("error")
folder = Path(sys.argv[1])
for name in list(FILES)[:: int(sys.argv[2])]:
    path = folder / name
    path.write_bytes(FILES[name]())
    start = time.monotonic()
    try:
        loaders.read(path)
        said = "taken"
    except CypError as error:
        said = "refused " + str(error).replace(str(folder), "")
    print(ascii(name), said, f"{time.monotonic() - start:.1f}", sep="|", flush=True)
    if path.stat().st_size > 1_000_000:
        path.unlink()
"""


@pytest.fixture(scope="module", params=[5, pytest.param(1, marks=pytest.mark.slow)])
def files_read(request, tmp_path_factory) -> tuple[Path, int, subprocess.CompletedProcess]:
    """Each fifth file every day, all of them at full size."""
    folder = tmp_path_factory.mktemp("files")
    number = len(list(FILES)[:: request.param])
    return folder, number, in_a_child(_READ_FILES, str(folder), str(request.param))


def test_hostile_files_are_refused_in_words_within_bounds(files_read):
    _, number, done = files_read
    lines = [line.split("|") for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-2000:]
    assert len(lines) == number
    for line in lines:
        assert line[1].startswith("refused "), line
        assert float(line[-1]) < SECONDS, line
    assert done.stderr == ""


ODD = [name for name in FILES if not name[0].isalpha() or name.startswith(("escape", "a\n"))]


@pytest.mark.slow
def test_hostile_files_are_found_and_named_by_check_and_stop_nothing(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in (*ODD, "shell.csv", "far.xlsx", "up.zip"):
        (folder / name).write_bytes(FILES[name]())
    done = cyp("check", "--data", str(folder), outputs=tmp_path)
    assert "Traceback" not in done.stderr + done.stdout
    assert done.returncode in (0, 1)
    assert "\x1b" not in done.stdout and "\u202e" not in done.stdout
    assert "shell.csv" in done.stdout and "far.xlsx" in done.stdout
    assert not list(tmp_path.rglob("escaped*"))


def test_nothing_was_written_outside_or_run(files_read):
    folder, *_ = files_read
    assert not any(Path(p).exists() for p in ("/tmp/escaped", "/tmp/escaped.csv"))
    assert not list(folder.glob("escaped*")) and not list(folder.parent.glob("escaped*"))
    assert {path.name for path in folder.iterdir()} <= set(FILES)


def test_a_link_out_of_the_folder_of_editions_is_not_followed(tmp_path, monkeypatch):
    from cyp_analysis.build.edition import new_edition

    outputs, elsewhere = tmp_path / "outputs", tmp_path / "elsewhere"
    outputs.mkdir()
    elsewhere.mkdir()
    (elsewhere / "kept.txt").write_text("kept")
    (outputs / "new").symlink_to(elsewhere)
    with (
        pytest.raises(EditionError, match="an edition is never changed"),
        new_edition(outputs, "new") as (folder, _),
    ):
        (folder / "a").write_text("a")
    (outputs / ".building-other").symlink_to(elsewhere)
    with pytest.raises((EditionError, OSError)), new_edition(outputs, "other"):
        pass
    assert [path.name for path in elsewhere.iterdir()] == ["kept.txt"]
    assert (elsewhere / "kept.txt").read_text() == "kept"


def test_a_csv_of_quotes_that_is_none_is_refused(tmp_path, monkeypatch):
    from cyp_analysis.present.voices.quotes import read_quotes

    monkeypatch.setenv("CYP_HOME", str(tmp_path))
    folder = tmp_path / "data" / "commentary" / "E09000003"
    folder.mkdir(parents=True)
    (tmp_path / "data" / "catalogue").mkdir()
    for content in (b"", b"\xff\xfe\x00", b"a,b\n", b'chapter,"quote', b"\x00" * 100):
        (folder / "quotes.csv").write_bytes(content)
        with pytest.raises(ChapterError, match=r"quotes\.csv"):
            read_quotes("E09000003")


def test_the_reading_of_a_file_that_is_a_folder_or_a_pipe_is_refused(tmp_path):
    from cyp_analysis import loaders

    (tmp_path / "a.csv").mkdir()
    with pytest.raises(SourceError, match="must be a file"):
        loaders.read(tmp_path / "a.csv")
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    with pytest.raises(SourceError):
        loaders.read(loop)
    assert io.StringIO().read() == ""
