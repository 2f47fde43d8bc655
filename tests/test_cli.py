"""The command as a user meets it: in a process of its own, with its exit code and its words."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from conftest import cyp

from cyp_analysis import cli, summary
from cyp_analysis.demo import run
from cyp_analysis.listing import as_text

ROOT = Path(__file__).parents[1]
HEADER = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
    "region_name,old_la_code,la_name,new_la_code,population_type,population_estimate,"
    "children_count,rate_per_10000\n"
)
LOOKED_AFTER = "cla_number_and_rate_per_10k_children.csv"


CHAPTER_IDS = [c["id"] for c in yaml.safe_load((ROOT / "data/catalogue/chapters.yml").read_text())]


def test_build_prints_the_path_of_the_index_last(edition):
    outputs, done = edition
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "Edition annual: 1 area; chapters: 19 built, 0 skipped, 0 failed."
    assert lines[-1] == str(outputs / "annual" / "E09000003" / "index.html")


def test_the_edition_is_whole_and_nothing_else_is_left(edition):
    outputs, _ = edition
    pages = {path.stem for path in (outputs / "annual" / "E09000003").glob("*.html")}
    around = {"index", "outliers", "changes", "search", "glossary", "accessibility"}
    assert pages == around | set(CHAPTER_IDS)
    assert [path.name for path in (outputs / "annual").glob("*.html")] == ["index.html"]
    visible = [path.name for path in outputs.iterdir() if not path.name.startswith(".lock")]
    assert sorted(visible) == ["annual", "editions.html"]


def test_the_receipt_tells_inputs_chapters_and_outputs(edition):
    outputs, _ = edition
    receipt = json.loads((outputs / "annual" / "receipt.json").read_text())
    assert receipt["parameters"]["areas"] == ["E09000003"]
    assert {c["outcome"] for c in receipt["chapters"]} == {"built"}
    assert all(len(entry["sha256"]) == 64 for entry in receipt["inputs"])
    assert "E09000003/child_poverty.html" in receipt["outputs"]
    assert str(ROOT) not in json.dumps(receipt)


def test_an_edition_is_never_built_over(edition):
    outputs, _ = edition
    before = (outputs / "annual" / "receipt.json").read_bytes()
    again = cyp("build", "--edition", "annual", outputs=outputs)
    assert again.returncode == 1
    assert again.stderr.strip() == (
        "Error: annual: an edition is never changed; got: one of that name. "
        "Choose another --edition."
    )
    assert (outputs / "annual" / "receipt.json").read_bytes() == before


def test_trace_walks_one_number_back(edition):
    outputs, _ = edition
    done = cyp("trace", "children_in_low_income_families", "Barnet", outputs=outputs)
    assert done.returncode == 0, done.stderr
    assert "figures.csv, line" in done.stdout
    assert "count=10000" in done.stdout and "value=14.0" in done.stdout
    assert "13.747" in done.stdout and "London 18.8: lower, better" in done.stdout
    assert "rank 25 of 33" in done.stdout
    assert "In 2016, 14.0% (95% CI 13.75 to 14.26) of children under 16 in Barnet" in done.stdout
    assert "annual/E09000003/child_poverty.html" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("poverty", "Barnet"), "INDICATOR: must be in the catalogue; got: poverty."),
        (
            ("children_in_low_income_families", "Barnet", "--period", "1999"),
            "--period must be one it has; got: 1999. It has: 2006, 2016.",
        ),
        (("children_looked_after_rate", "Barnet"), "must have a figure in the edition; got: none."),
        (("children_in_low_income_families", "Barnett"), "Did you mean Barnet (E09000003)"),
    ],
)
def test_trace_of_what_is_not_there(edition, arguments, told):
    done = cyp("trace", *arguments, outputs=edition[0])
    assert done.returncode == 2
    assert told in done.stderr and "Traceback" not in done.stderr


def test_trace_of_a_withheld_figure_shows_no_number(edition):
    done = cyp("trace", "local_child_protection_in_care", "Barnet", outputs=edition[0])
    assert done.returncode == 0
    assert "withheld: the row is not shown" in done.stdout
    assert "count=" not in done.stdout and "nan" not in done.stdout


def test_trace_of_a_publishers_figure(real_edition, real_data):
    arguments = ("trace", "children_looked_after_rate", "Leeds", "--data", str(real_data))
    done = cyp(*arguments, outputs=real_edition.parent)
    assert done.returncode == 0, done.stderr
    assert "cla_number_and_rate_per_10k_children.csv, line" in done.stdout
    assert "la_name=Leeds" in done.stdout and "children_count=1498" in done.stdout
    assert "England 67.11802726: higher, higher by ci_overlap_95" in done.stdout


def test_an_edition_without_receipt_is_still_listed(tmp_path, edition):
    shutil.copytree(edition[0] / "annual", tmp_path / "odd")
    (tmp_path / "odd" / "receipt.json").unlink()
    done = cyp("list", "editions", outputs=tmp_path)
    assert done.returncode == 0 and "no readable receipt" in done.stdout


def test_outputs_that_cannot_be_a_folder(tmp_path):
    taken = tmp_path / "outputs"
    taken.write_text("a file")
    done = cyp("build", outputs=taken)
    assert done.returncode == 1
    assert "must be a folder that can be written to" in done.stderr
    assert "Traceback" not in done.stderr


def test_list_editions(edition):
    outputs, _ = edition
    done = cyp("list", "editions", "--format", "json", outputs=outputs)
    listed = json.loads(done.stdout)
    assert [row["edition"] for row in listed] == ["annual"]
    assert listed[0]["chapters_built"] == 19


@pytest.mark.parametrize(
    ("what", "word"),
    [
        ("areas", "E09000003"),
        ("indicators", "children_in_low_income_families"),
        ("chapters", "child_poverty"),
        ("sources", "dfe_children_looked_after"),
    ],
)
def test_list_as_table_and_as_json(what, word, tmp_path):
    assert word in cyp("list", what, outputs=tmp_path).stdout
    rows = json.loads(cyp("list", what, "--format", "json", outputs=tmp_path).stdout)
    assert any(word in row.values() for row in rows)


def test_tables_are_set_to_the_left():
    table = pd.DataFrame({"name": ["Barnet", "Leeds"], "region": ["London", "Yorkshire"]})
    assert as_text(table) == "name    region\nBarnet  London\nLeeds   Yorkshire"


def test_list_areas_are_the_upper_tier_authorities_of_today(tmp_path):
    rows = json.loads(cyp("list", "areas", "--format", "json", outputs=tmp_path).stdout)
    assert len(rows) == 153


def test_check_finds_no_error_in_the_project(tmp_path):
    done = cyp("check", outputs=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "0 error(s)" in done.stdout


WRONG = [
    (("build", "--area", "E09000099"), 2, "must be a code or name in data/reference/areas.csv"),
    (("build", "--area", "Inner London"), 2, "a region or England; got: Inner London (subregion)"),
    (("build", "--aera", "Barnet"), 2, "No such option"),
    (("build", "--chapter", "poverty"), 2, "--chapter: must be a chapter; got: poverty."),
    (("build", "--data", "no-such-folder"), 2, "must be a folder; got: no such folder."),
    (("build", "--jobs", "0"), 2, "0 is not in the range"),
    (("build", "--edition", "a/b"), 2, "must be letters, digits, spaces, dots"),
    (("build", "--edition", "x" * 300), 2, "100 at most"),
    (("build", "--data", ""), 2, "must be a folder, got nothing"),
    (("build", "--area", "Cumberland"), 1, "no data for Cumberland"),
    (("list", "nothing"), 2, "is not one of"),
    (("bild",), 2, "No such command"),
]


@pytest.mark.parametrize(("arguments", "code", "told"), WRONG)
def test_wrong_usage_is_one_message(arguments, code, told, tmp_path):
    done = cyp(*arguments, outputs=tmp_path)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert not [path for path in tmp_path.rglob("*") if path.suffix == ".html"]


def bad_file(folder: Path, name: str, text: str) -> Path:
    folder.mkdir()
    (folder / name).write_text(text)
    return folder


ROW = (
    "2025,Reporting year,Local authority,E92000001,England,E13000002,Outer London,302,Barnet,"
    "E09000003,Children looked after on 31 March,93851,343,37\n"
)
BAD_FILES = {
    "not what it claims": "<!DOCTYPE html><html><body>Not found</body></html>",
    "truncated": HEADER + ROW + ROW[:60],
    "empty": "",
}


RENAMED = HEADER.replace("children_count", "number_of_children") + ROW


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_stops_the_build_and_leaves_the_last_edition(kind, edition, tmp_path):
    outputs, _ = edition
    before = {path: path.read_bytes() for path in (outputs / "annual").rglob("*.html")}
    folder = bad_file(tmp_path / "in", LOOKED_AFTER, BAD_FILES[kind])
    done = cyp("build", "--data", str(folder), outputs=outputs)
    assert done.returncode == 1
    assert LOOKED_AFTER in done.stderr and "; got: " in done.stderr
    assert "Traceback" not in done.stderr
    assert {path: path.read_bytes() for path in (outputs / "annual").rglob("*.html")} == before
    visible = [path.name for path in outputs.iterdir() if not path.name.startswith(".")]
    assert sorted(visible) == ["annual", "editions.html"]


def test_a_bad_file_can_be_left_out_on_purpose(edition, tmp_path):
    folder = bad_file(tmp_path / "in", LOOKED_AFTER, BAD_FILES["truncated"])
    done = cyp(
        "build", "--data", str(folder), "--allow-partial", "--chapter", "child_poverty",
        outputs=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0
    assert LOOKED_AFTER in done.stdout


def test_a_renamed_column_stops_its_source_and_not_the_build(tmp_path):
    folder = bad_file(tmp_path / "in", LOOKED_AFTER, RENAMED)
    done = cyp("build", "--data", str(folder), "--chapter", "child_poverty", outputs=tmp_path)
    assert done.returncode == 1
    assert Path(done.stdout.splitlines()[-1]).name == "index.html"
    assert f"not used: {LOOKED_AFTER}" in done.stdout
    assert "`children_count` is `number_of_children`" in done.stderr
    assert "+  children_count: [" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_lists_every_file_and_prints_the_patch(tmp_path):
    folder = bad_file(tmp_path / "in", LOOKED_AFTER, RENAMED)
    (folder / "wine.csv").write_text("wine,price\nred,5\n")
    done = cyp("check", "--data", str(folder), outputs=tmp_path)
    assert done.returncode == 1
    listed = done.stdout.split("\n\n")[0].splitlines()
    bundled = [p for p in (ROOT / "data" / "raw").rglob("*") if p.is_file()]
    assert len(listed) == 1 + len(bundled) + 2
    wine = next(line for line in listed if line.startswith("wine.csv"))
    assert "not used: must be a file that a passport describes" in wine
    assert "applied with `git apply`" in done.stdout
    assert "+++ b/data/catalogue/sources/dfe_children_looked_after.yml" in done.stdout


def test_check_names_the_bad_file(tmp_path):
    folder = bad_file(tmp_path / "in", LOOKED_AFTER, BAD_FILES["truncated"])
    done = cyp("check", "--data", str(folder), outputs=tmp_path)
    assert done.returncode == 1
    assert LOOKED_AFTER in done.stdout


@pytest.fixture
def home(tmp_path) -> Path:
    """A copy of the project's data and notebooks that a test may spoil."""
    copy = tmp_path / "home"
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, copy / name)
    return copy


def test_a_changed_bundled_file_is_found(home, tmp_path):
    figures = next((home / "data" / "raw").glob("barnet_child_poverty*/*/figures.csv"))
    figures.write_text(figures.read_text().replace("10000", "10001"))
    done = cyp("check", home=home, outputs=tmp_path)
    assert done.returncode == 1 and "sha256" in done.stdout
    assert cyp("build", home=home, outputs=tmp_path).returncode == 1


def test_a_failing_chapter_stops_the_edition_and_is_named(home, tmp_path):
    notebook = home / "notebooks" / "03_child_poverty.ipynb"
    notebook.write_text(notebook.read_text().replace("chapter.headlines()", "chapter.headlins()"))
    outputs = tmp_path / "out"
    arguments = ("build", "--chapter", "child_poverty", "--chapter", "overview")
    done = cyp(*arguments, home=home, outputs=outputs)
    assert done.returncode == 1
    assert "03_child_poverty.ipynb, cell 5 (chapter.headlins())" in done.stderr
    assert "Traceback" not in done.stderr
    assert not [p for p in outputs.iterdir() if not p.name.startswith(".lock")]
    partial = cyp(*arguments, "--allow-partial", home=home, outputs=outputs)
    assert partial.returncode == 0
    assert "1 built, 0 skipped, 1 failed" in partial.stdout
    index = Path(partial.stdout.splitlines()[-1])
    assert "child_poverty.html" not in index.read_text()


def test_a_broken_catalogue_is_one_message(home, tmp_path):
    path = home / "data" / "catalogue" / "indicators" / "children_looked_after_rate.yml"
    path.write_text(path.read_text().replace("polarity:", "polarty:"))
    done = cyp("build", home=home, outputs=tmp_path)
    assert done.returncode == 1
    assert "`polarty` is not a key of Indicator" in done.stderr
    assert "Did you mean `polarity`?" in done.stderr and "Traceback" not in done.stderr


SPOILED = {
    "commentary that is not UTF-8": ("commentary/E09000003/overview.md", b"---\n\xff\n---\nx"),
    "commentary without front matter": ("commentary/E09000003/overview.md", b"words"),
    "commentary with broken YAML": ("commentary/E09000003/overview.md", b"---\na: [\n---\nx"),
    "a target on a day that is none": ("catalogue/targets.csv", b"2018-09-30|2018-99-30"),
    "a target that is no number": ("catalogue/targets.csv", b",80.0,|,eighty,"),
    "a target of an unknown area": ("catalogue/targets.csv", b"E09000003|E09000999"),
    "an unknown key of the publisher": ("site.yml", b"organistion: X"),
}


@pytest.mark.parametrize("kind", SPOILED)
def test_a_spoiled_file_of_the_project_is_told(kind, home, tmp_path):
    name, change = SPOILED[kind]
    path = home / "data" / name
    old, _, new = change.partition(b"|")
    path.write_bytes(path.read_bytes().replace(old, new) if new else change)
    done = cyp("check", home=home, outputs=tmp_path)
    assert done.returncode == 1, done.stdout
    assert Path(name).name in done.stdout and "Traceback" not in done.stderr + done.stdout


def test_a_demonstration_is_printed_if_asked_for(monkeypatch):
    asked = []
    monkeypatch.setattr(run, "write_home", lambda *_: SimpleNamespace(
        authorities=pd.DataFrame({"code": ["E06900001"]})))  # fmt: skip
    monkeypatch.setattr(run, "build_edition", lambda request, **_: asked.append(request))
    monkeypatch.setattr(summary, "summary_lines", lambda _: [])
    for arguments in (["demo"], ["demo", "--pdf"]):
        assert CliRunner().invoke(cli.cyp, arguments, catch_exceptions=False).exit_code == 0
    assert [request.pdf for request in asked] == [False, True]


def test_outside_a_project_the_command_says_so(tmp_path):
    done = cyp("list", "areas", home=tmp_path, outputs=tmp_path)
    assert done.returncode == 2 and "must hold data/catalogue" in done.stderr


def test_help_names_every_command(tmp_path):
    told = cyp("--help", outputs=tmp_path).stdout
    assert all(name in told for name in ("build", "check", "list", "trace"))
