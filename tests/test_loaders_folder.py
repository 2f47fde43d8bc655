"""Folders of files: what is recognised, what is not, what failed; one never stops the others."""

import errno
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from test_loaders_dfe import BARNET, HEADER, passport, row

from cyp_analysis import loaders, paths
from cyp_analysis.build import receipt
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import folder
from cyp_analysis.loaders.readers import READERS, reader_of

PLANS = passport(file_patterns=("d1_*.csv",))
SOURCES = {"plans": PLANS}


def write(base, text: str, name: str = "d1_plans.csv"):
    path = base / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


GOOD = f"{HEADER}\n{row()}\n"


def test_one_file_is_read_by_its_header(tmp_path):
    table = loaders.read(write(tmp_path, GOOD, "any name.csv"), SOURCES)
    assert table.source is PLANS
    assert table.path == tmp_path / "any name.csv"
    assert table.rows["area_code"].tolist() == [BARNET]


def test_the_catalogue_is_used_unless_passports_are_given(real_data):
    path = next((real_data / "dfe-explore-education-statistics").glob("cla_number*.csv"))
    assert loaders.read(str(path)).source.id == "dfe_children_looked_after"


def test_one_bad_file_never_takes_the_rest_with_it(tmp_path):
    write(tmp_path, GOOD, "good.csv")
    cut = write(tmp_path, GOOD[:-12], "d1_cut.csv")
    no_column = write(tmp_path, GOOD.replace("CPP_At31,", "other,"), "d1_column.csv")
    stranger = write(tmp_path, "wine,price\nred,5\n", "wine.csv")
    picture = write(tmp_path, "…", "map.geojson")
    result = loaders.read_all([tmp_path], SOURCES)
    assert [table.path.name for table in result.tables] == ["good.csv"]
    assert {error.thing for error in result.failed} == {cut, no_column}
    assert dict(result.unrecognised.to_numpy().tolist()) == {
        stranger: "must be a file that a passport describes; got: a header unlike any passport's",
        picture: "must be JSON; got: Expecting value on line 1",
    }
    told = result.problems.set_index("path")
    assert told.loc[cut, "source_row"] == 0
    assert told.loc[cut, "problem"] == str(result.failed[1])


def test_problems_of_good_files_name_file_and_source(tmp_path):
    path = write(tmp_path, f"{HEADER}\n{row()}\n{row(period='20XX')}\n")
    problems = loaders.read_all([tmp_path], SOURCES).problems
    assert problems.to_dict("records") == [
        {
            "path": path,
            "source_id": "plans",
            "source_row": 3,
            "problem": "left out: period `20XX` cannot be read",
        }
    ]


def test_a_file_that_is_no_text_fails_only_under_a_known_name(tmp_path):
    known = write(tmp_path, "<!doctype html>", "d1_plans_2025.csv")
    other = write(tmp_path, "<!doctype html>", "page.csv")
    result = loaders.read_all([tmp_path], SOURCES)
    assert [error.thing for error in result.failed] == [known]
    assert result.unrecognised["path"].tolist() == [other]
    assert "web page" in result.unrecognised["reason"].iloc[0]


def test_files_with_the_columns_of_a_passport_and_other_rows_are_unrecognised(tmp_path):
    measures = {"plans": {"count": "CPP_At31", "where": {"time_identifier": "Week"}}}
    other = write(tmp_path, GOOD, "other.csv")
    result = loaders.read_all([tmp_path], {"plans": passport(measures=measures)})
    assert result.failed == ()
    assert result.unrecognised["path"].tolist() == [other]


def test_folders_hidden_files_and_notes_are_passed_over(tmp_path):
    write(tmp_path, GOOD, "deep/er/good.csv")
    for name in (".hidden.csv", ".git/x.csv", "README.md", "MANIFEST.csv", "~$open.xlsx"):
        write(tmp_path, "x", name)
    result = loaders.read_all([tmp_path], SOURCES)
    assert [table.path.name for table in result.tables] == ["good.csv"]
    assert result.unrecognised.empty and result.failed == ()


def test_an_archive_of_several_files_is_read_file_by_file(tmp_path):
    path = tmp_path / "release.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/d1_a.csv", GOOD)
        archive.writestr("data/d1_b.csv", GOOD.replace("2024", "2023"))
        archive.writestr("data/wine.csv", "wine,price\nred,5\n")
    result = loaders.read_all([tmp_path], SOURCES)
    assert [table.path for table in result.tables] == [
        path / "data/d1_a.csv",
        path / "data/d1_b.csv",
    ]
    assert result.unrecognised["path"].tolist() == [path / "data/wine.csv"]
    assert loaders.read(path / "data/d1_b.csv", SOURCES).rows["period_label"].tolist() == [
        "31 March 2023"
    ]
    assert receipt.file_hash(path / "data/d1_a.csv") == receipt.file_hash(path)


def test_a_damaged_archive_is_told_and_stops_nothing(tmp_path):
    write(tmp_path, GOOD, "good.csv")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04" + bytes(50))
    result = loaders.read_all([tmp_path], SOURCES)
    assert [table.path.name for table in result.tables] == ["good.csv"]
    assert [Path(p).name for p in result.unrecognised["path"]] == ["broken.zip"]


def test_a_reader_that_does_not_know_the_content_leaves_it_to_the_next(tmp_path):
    other = {"plans": {"count": "CPP_At31", "where": {"time_identifier": "Week"}}}
    second = passport(id="weekly", measures=other, header=(*PLANS.header, "time_identifier"))
    table = loaders.read(write(tmp_path, GOOD, "x.csv"), {"weekly": second, **SOURCES})
    assert table.source is PLANS


def test_files_are_found_once_and_in_order(tmp_path):
    paths_written = [write(tmp_path, GOOD, name) for name in ("a.csv", "b/c.csv")]
    survey = loaders.survey_folders([tmp_path, tmp_path / "b", paths_written[0]], SOURCES)
    assert survey.recognised == [(path, [PLANS]) for path in paths_written]


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SourceError) as caught:
        loaders.read_all([tmp_path / "nowhere"], SOURCES)
    assert caught.value.thing == tmp_path / "nowhere"
    assert caught.value.rule == "must be a folder of data files"
    assert caught.value.action == "Check the path given to `--data`."


@pytest.mark.parametrize("name", ["", "deep", "deep/er"])
def test_a_folder_that_may_not_be_read_is_refused(tmp_path, monkeypatch, name):
    write(tmp_path, GOOD, "deep/er/good.csv")
    locked, scan = tmp_path / name, os.scandir

    def scandir(folder):
        if Path(folder) == locked:
            raise PermissionError(errno.EACCES, "Permission denied", str(folder))
        return scan(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(SourceError) as caught:
        loaders.read_all([tmp_path], SOURCES)
    assert str(caught.value) == (
        f"{locked}: must be readable; got: Permission denied. Check its permissions."
    )


def test_hidden_folders_need_not_be_readable(tmp_path, monkeypatch):
    write(tmp_path, GOOD, ".git/x.csv")
    scan = os.scandir

    def scandir(folder):
        assert Path(folder).name != ".git"
        return scan(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    assert loaders.read_all([tmp_path], SOURCES).tables == ()


def test_a_link_to_a_file_that_is_gone_is_told(tmp_path):
    link = tmp_path / "d1_plans.csv"
    link.symlink_to(tmp_path / "gone.csv")
    (error,) = loaders.read_all([tmp_path], SOURCES).failed
    assert (error.thing, error.rule) == (link, "must exist")


def test_an_empty_folder_has_nothing(tmp_path):
    result = loaders.read_all([tmp_path], SOURCES)
    assert result.tables == () and result.failed == ()
    assert list(result.problems) == ["path", "source_id", "source_row", "problem"]
    assert list(result.unrecognised) == ["path", "reason"]


def test_a_changed_bundled_file_is_refused(tmp_path):
    path = write(tmp_path, GOOD, "plans/2024-11-22/d1_plans.csv")
    right = folder.sha256(path)
    source = passport(files={"2024-11-22/d1_plans.csv": right})
    assert len(loaders.read(path, {"plans": source}).rows) == 1
    path.write_text(GOOD.replace(",5,", ",6,"))
    with pytest.raises(SourceError) as caught:
        loaders.read(path, {"plans": source})
    assert caught.value.rule == "must have the sha256 of `plans`"
    assert caught.value.got == folder.sha256(path)
    assert "Restore it from git" in caught.value.action


def test_files_beside_the_figures_of_a_bundled_source_are_not_figures(tmp_path):
    write(tmp_path, GOOD, "plans/2024-11-22/d1_plans.csv")
    write(tmp_path, "check,printed\n1,2\n", "plans/2024-11-22/checks.csv")
    source = passport(files={"2024-11-22/d1_plans.csv": ""}, file_patterns=("d1_*.csv",))
    result = loaders.survey_folders([tmp_path], {"plans": source})
    assert [path.name for path, _ in result.recognised] == ["d1_plans.csv"]
    assert result.unrecognised == [] and result.failed == []


def test_a_passport_with_an_unknown_reader_is_refused(tmp_path):
    with pytest.raises(SourceError) as caught:
        loaders.read(write(tmp_path, GOOD), {"plans": passport(reader="oracle")})
    assert str(caught.value) == (
        f"passport plans: must name a reader; got: oracle. Use one of {', '.join(READERS)}."
    )


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_is_a_documented_function(reader):
    function = reader_of(passport(reader=reader))
    assert callable(function) and function.__doc__


def test_everything_bundled_is_read_without_a_failure():
    result = loaders.read_all([paths.data_dir() / "raw"])
    assert result.failed == ()
    assert result.unrecognised.empty
    assert len(result.tables) >= 6


def test_every_real_file_is_read(real_data):
    result = loaders.read_all([real_data])
    assert result.failed == () and result.unrecognised.empty
    every = {path for path in real_data.rglob("*") if path.is_file()}
    notes = {real_data / "README.md", real_data / "MANIFEST.csv"}
    assert {table.path for table in (*result.tables, *result.references)} == every - notes


def test_a_copy_under_another_name_reads_alike(tmp_path, real_data):
    original = next((real_data / "ons-population").glob("ons_mid-year*.csv"))
    copy = shutil.copy(original, tmp_path / "download (3).CSV")
    rows = [loaders.read(path).rows.drop(columns="source_file") for path in (copy, original)]
    assert rows[0].equals(rows[1])
