"""`cyp verify`: tampering is found, an edition comes out again, and what differs is explained."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, cyp

from cyp_analysis.build import receipt as receipts
from cyp_analysis.edition_reader import Edition
from cyp_analysis.errors import EditionError, SourceError
from cyp_analysis.publish import verify as verifying
from cyp_analysis.publish.verify import (
    Finding,
    Verdict,
    altered_files,
    compared,
    read_receipt,
    verdict_lines,
    verify,
)

PAGE = "E09000003/child_poverty.html"


@pytest.fixture
def copy(edition, tmp_path) -> Edition:
    """A copy of the shared edition that a test may spoil."""
    outputs, _ = edition
    folder = tmp_path / "outputs" / "annual"
    shutil.copytree(outputs / "annual", folder)
    return Edition("annual", folder)


@pytest.fixture
def made_again(edition, tmp_path, monkeypatch) -> Path:
    """What making it again is to give: at first the same."""
    outputs, _ = edition
    again = tmp_path / "again"
    shutil.copytree(outputs / "annual", again)
    monkeypatch.setattr(verifying, "remade", lambda *a, **k: again)
    return again


def spoil(path, old=b"</p>", new=b"!</p>"):
    path.write_bytes(path.read_bytes().replace(old, new, 1))


def rewrite(path, **parts):
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told | parts))


class TestQuick:
    def test_an_edition_as_made_has_no_difference(self, copy):
        found = verify(copy, quick=True)
        assert found.findings == () and found.files > 100

    def test_an_altered_page_is_named(self, copy):
        spoil(copy.path / PAGE)
        (found,) = verify(copy, quick=True).findings
        assert str(found) == (
            f"{PAGE}: was altered since it was made; its sha256 is not that of the receipt: "
            "an edition is never changed."
        )

    @pytest.mark.parametrize(
        "name",
        ["indicators.parquet", "E09000003/downloads/barnet-overview.xlsx", "index.html"],
    )
    def test_one_byte_of_any_file_is_enough(self, copy, name):
        path = copy.path / name
        path.write_bytes(path.read_bytes()[:-1] + b"\x07")
        assert [f.file for f in verify(copy, quick=True).findings] == [name]

    def test_a_file_that_is_gone_or_new_is_named(self, copy):
        (copy.path / PAGE).unlink()
        (copy.path / "extra.html").write_text("x")
        first, second = verify(copy, quick=True).findings
        assert (first.file, first.what) == (PAGE, "is missing")
        assert (second.file, second.what) == ("extra.html", "was added")

    @pytest.mark.parametrize("text", ["{", "[]", "{}", '{"outputs": {}, "parameters": {}}'])
    def test_a_damaged_receipt_is_told(self, copy, text):
        (copy.path / "receipt.json").write_text(text)
        with pytest.raises(EditionError, match="must hold a receipt that can be followed"):
            read_receipt(copy)

    def test_a_missing_receipt_is_told(self, copy):
        (copy.path / "receipt.json").unlink()
        with pytest.raises(EditionError, match="must hold receipt.json; got: no file"):
            verify(copy, quick=True)


class TestMadeAgain:
    def test_the_same_bytes_are_no_difference(self, copy, made_again):
        assert verify(copy).findings == ()

    def test_a_page_altered_by_hand_is_told_with_its_line(self, copy, made_again):
        spoil(copy.path / PAGE, b"<h1", b'<h1 class="x"')
        (found,) = verify(copy).findings
        assert found.what.startswith("was altered since it was made, first in line ")
        assert '<h1 class="x"' in found.what and "made again `" in found.what
        assert found.why.startswith("its sha256 is not that of the receipt")

    def test_a_page_that_comes_out_otherwise_is_told(self, copy, made_again):
        spoil(made_again / PAGE)
        (found,) = verify(copy).findings
        assert found.file == PAGE
        assert found.what.startswith("does not come out again, first in line ")
        assert found.why.startswith("nothing that the receipt tells has changed")

    def test_a_file_altered_with_its_hash_in_the_receipt_is_found_all_the_same(
        self, copy, made_again
    ):
        spoil(copy.path / PAGE)
        told = json.loads((copy.path / "receipt.json").read_text())
        hashes = told["outputs"] | {PAGE: receipts.file_hash(copy.path / PAGE)}
        rewrite(copy.path / "receipt.json", outputs=hashes)
        assert verify(copy, quick=True).findings == ()
        (found,) = verify(copy).findings
        assert found.file == PAGE and found.what.startswith("does not come out again")

    def test_a_binary_file_is_told_without_a_line(self, copy, made_again):
        name = "indicators.parquet"
        (made_again / name).write_bytes(b"x")
        (found,) = verify(copy).findings
        assert (found.file, found.what) == (name, "does not come out again")

    def test_a_part_of_the_receipt_altered_by_hand_is_told(self, copy, made_again):
        rewrite(copy.path / "receipt.json", chapters=[])
        (found,) = verify(copy).findings
        assert found.file == "receipt.json" and "`chapters`" in found.what

    def test_times_and_folders_may_differ(self, copy, made_again):
        receipt = copy.path / "receipt.json"
        asked = json.loads(receipt.read_text())["parameters"] | {"data": []}
        rewrite(receipt, created="2020-01-01T00:00:00+00:00", seconds={}, parameters=asked)
        assert verify(copy).findings == ()

    @pytest.mark.parametrize(
        ("parts", "why"),
        [
            ({"code": "0"}, "the code of cyp_analysis is another"),
            ({"environment": {}}, "pandas was not told, is "),
            ({"project": {"data/raw/x.csv": "0"}}, "data/raw/x.csv is gone"),
            ({"project": {}}, "data/catalogue/chapters.yml is new"),
            ({"inputs": []}, "input barnet_child_poverty_ranking_2016/figures.csv is new"),
            ({"earlier": {"edition": "old", "sha256": "0"}}, "it was compared with old"),
        ],
    )
    def test_each_cause_is_told(self, copy, made_again, parts, why):
        rewrite(copy.path / "receipt.json", **parts)
        spoil(made_again / PAGE)
        (found,) = [f for f in verify(copy).findings if f.file == PAGE]
        assert why in found.why

    def test_a_change_without_effect_is_no_difference(self, copy, made_again):
        rewrite(copy.path / "receipt.json", code="0")
        found = verify(copy)
        assert found.findings == () and found.changed == ("the code of cyp_analysis is another",)

    def test_inputs_that_cannot_be_read_are_told(self, copy, monkeypatch):
        def refused(*_, **__):
            raise SourceError("figures.csv", "must have the sha256", "another", "Restore it.")

        monkeypatch.setattr(verifying, "build_edition", refused)
        (found,) = verify(copy).findings
        assert found.file == "edition"
        assert found.what.startswith("it cannot be made again: figures.csv: must have the sha256")

    def test_folders_of_files_must_be_given_again(self, copy):
        told = json.loads((copy.path / "receipt.json").read_text())
        asked = told["parameters"] | {"data": ["spring"]}
        rewrite(copy.path / "receipt.json", parameters=asked)
        with pytest.raises(EditionError, match="by --data for each: spring"):
            verify(copy)

    def test_it_is_made_on_its_own_day_beside_the_edition_before_it(self, copy, monkeypatch):
        seen = {}
        before = copy.path.parent / "before"
        before.mkdir()

        def build(request, *, progress):
            outputs = Path(os.environ["CYP_OUTPUTS"])
            seen.update(day=os.environ["CYP_TODAY"], there=os.listdir(outputs), request=request)
            folder = outputs / request.edition
            shutil.copytree(copy.path, folder)
            return type("Built", (), {"folder": folder})

        told = json.loads((copy.path / "receipt.json").read_text())
        asked = told["parameters"] | {"day": "2025-05-06", "allow_partial": True}
        earlier = {"edition": "before", "sha256": "0"}
        rewrite(copy.path / "receipt.json", parameters=asked, earlier=earlier)
        monkeypatch.setattr(verifying, "build_edition", build)
        assert verify(copy).findings == ()
        assert (seen["day"], seen["there"]) == ("2025-05-06", ["before"])
        assert seen["request"].edition == "annual" and seen["request"].allow_partial
        assert before.is_dir()


def test_the_first_difference_is_shown_in_its_line(tmp_path):
    here, again = tmp_path / "a.csv", tmp_path / "b.csv"
    here.write_text("a\nb,1\n")
    again.write_text("a\nb,2\n")
    told = verifying._first_difference(here, again)
    assert told == ", first in line 2: `b,1`, made again `b,2`"
    again.write_text("a\nb,1\nc")
    assert verifying._first_difference(here, again).endswith("``, made again `c`")


def test_words_of_the_verdict():
    same = Verdict(12, (), ("the code is another",))
    assert list(verdict_lines(same)) == [
        "Changed since, without any effect: the code is another.",
        "12 files; no differences.",
    ]
    other = Verdict(12, (Finding("a.html", "is missing", "it was there"),))
    assert list(verdict_lines(other)) == ["a.html: is missing; it was there.",
                                          "12 files; 1 difference."]  # fmt: skip


def test_the_command_tells_and_ends_with_one(copy):
    outputs = copy.path.parent
    done = cyp("verify", "annual", "--quick", outputs=outputs)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("files; no differences.\n")
    spoil(copy.path / PAGE)
    done = cyp("verify", "--quick", outputs=outputs)
    assert done.returncode == 1 and done.stdout.startswith(f"{PAGE}: was altered")
    done = cyp("verify", "none", outputs=outputs)
    assert done.returncode == 2 and done.stderr.startswith("Error: edition: must be one that")


def test_altered_files_of_a_folder_that_is_as_told(tmp_path):
    (tmp_path / "a").write_text("x")
    assert altered_files(tmp_path, {"a": receipts.file_hash(tmp_path / "a")}) == []


def test_compared_with_itself_is_no_difference(copy):
    assert compared(copy.path, copy.path, read_receipt(copy), []).findings == ()


def build_as(place: Path, jobs: int, **environment: str) -> Path:
    """All chapters, from a copy of the project in `place`."""
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, place / "home" / name)
    told = {"CYP_HOME": str(place / "home"), "CYP_OUTPUTS": str(place / "outputs")}
    command = [sys.executable, "-m", "cyp_analysis", "build", "--edition", "annual"]
    subprocess.run(
        [*command, "--jobs", str(jobs)],
        env=os.environ | told | {"CYP_TODAY": "2026-03-31"} | environment,
        cwd=place,
        check=True,
    )
    return place / "outputs" / "annual"


@pytest.mark.slow
def test_two_builds_of_the_same_inputs_are_the_same_to_the_byte(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there" / "far away"
    one = build_as(here, 1, TZ="Pacific/Kiritimati", LANG="C.UTF-8", PYTHONHASHSEED="1")
    other = build_as(there, 2, TZ="America/New_York", LANG="C", PYTHONHASHSEED="77")
    found = compared(one, other, read_receipt(Edition("annual", one)), [])
    assert [str(each) for each in found.findings] == []


@pytest.mark.slow
def test_an_edition_comes_out_again(edition):
    outputs, _ = edition
    done = cyp("verify", "annual", outputs=outputs)
    assert (done.returncode, done.stdout[-15:]) == (0, "no differences.\n"[-15:])
