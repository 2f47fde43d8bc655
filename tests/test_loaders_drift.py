"""Renamed columns: what is proposed, on what evidence, and that the patch does what it says."""

import pickle
import shutil
import subprocess

import pandas as pd
import pytest
from test_loaders_dfe import HEADER, passport, row

from cyp_analysis import catalogue, loaders
from cyp_analysis.errors import SourceError
from cyp_analysis.loaders import drift, passport_patch, recognise

PLANS = passport(file_patterns=("d1_*.csv",))
ROWS = [row(str(40 + n), period=str(2010 + n)) for n in range(12)]


def write(folder, name: str, header: str = HEADER, rows: list[str] = ROWS):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def refused(path, source=PLANS) -> drift.DriftError:
    with pytest.raises(drift.DriftError) as caught:
        loaders.read(path, {source.id: source})
    return caught.value


def test_the_only_unknown_column_is_proposed_where_the_names_share_something(tmp_path):
    header = HEADER.replace("CPP_At31,", "plans_at_31_march,")
    error = refused(write(tmp_path, "d1_new.csv", header))
    assert error.rule == "a file of `plans` must have the column `CPP_At31`"
    (proposal,) = error.proposals
    assert proposal.found == "plans_at_31_march"
    assert "the only column that the passport does not know" in proposal.evidence


def test_names_alike_enough_need_no_other_evidence(tmp_path):
    error = refused(write(tmp_path, "d1_new.csv", HEADER.replace("CPP_At31,", "cpp_at_31,")))
    (proposal,) = error.proposals
    assert (proposal.wanted, proposal.found) == ("CPP_At31", "cpp_at_31")
    assert proposal.evidence[0] == "names 100% alike"
    assert error.patch == "aliases:\n  CPP_At31: [cpp_at_31]\n"
    assert str(error).endswith(f"download the file again.\n{error.patch}")
    carried = pickle.loads(pickle.dumps(error))
    assert (str(carried), carried.proposals) == (str(error), error.proposals)


def test_the_last_edition_bears_out_a_name_unlike_the_old_one(tmp_path):
    write(tmp_path / "2024-11-01", "d1_2024.csv")
    new = write(tmp_path / "2025-11-01", "d1_2025.csv", HEADER.replace("CPP_At31,", "qz,"))
    (proposal,) = refused(new).proposals
    assert proposal.found == "qz"
    assert "equal in 100% of 12 cells of d1_2024.csv" in proposal.evidence
    assert "100% in the range seen there" in proposal.evidence


def test_without_any_evidence_nothing_is_proposed(tmp_path):
    new = write(tmp_path, "d1_2025.csv", HEADER.replace("CPP_At31,", "qz,"))
    with pytest.raises(recognise.MissingColumns) as caught:
        loaders.read(new, {"plans": PLANS})
    assert not isinstance(caught.value, drift.DriftError)
    assert "qz" in caught.value.got


def test_figures_that_differ_from_the_last_edition_count_against(tmp_path):
    write(tmp_path, "d1_2024.csv")
    other = [row(str(900_000 + n), period=str(2010 + n)) for n in range(12)]
    new = write(tmp_path, "d1_2025.csv", HEADER.replace("CPP_At31,", "CPP_At32,"), other)
    error = loaders_error(new)
    assert not isinstance(error, drift.DriftError) or (
        "equal in 0% of 12 cells of d1_2024.csv" in error.proposals[0].evidence
    )


def loaders_error(path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        loaders.read(path, {"plans": PLANS})
    return caught.value


def test_a_total_that_is_the_sum_of_its_parts_is_evidence(tmp_path):
    source = passport(
        header=("time_period", "geographic_level", "new_la_code", "CPP_At31"),
        file_patterns=("d1_*.csv",),
        identities={"CPP_At31": ("Neglect", "Emotional")},
    )
    header = f"{HEADER.replace('CPP_At31,', 'everyone,')},Neglect,Emotional"
    rows = [f"{row(str(40 + n), period=str(2010 + n))},{30 + n},10" for n in range(6)]
    (proposal,) = refused(write(tmp_path, "d1_x.csv", header, rows), source).proposals
    assert proposal.found == "everyone"
    assert "`CPP_At31` is the sum of its parts in 100% of 6 rows" in proposal.evidence


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("children_count", "number_of_children", True),
        ("CPP_At31", "cpp at 31", True),
        ("pt_pupils", "pupils_percent", True),
        ("ReReferrals", "re_referrals", True),
        ("Section47", "CINPlan_end", False),
        ("Police", "Housing", False),
    ],
)
def test_likeness_of_names(one, other, alike):
    assert (drift.name_likeness(one, other) >= 0.6) is alike
    assert drift.name_likeness(one, other) == drift.name_likeness(other, one) or not alike


def test_errors_survive_a_trip_to_another_process(tmp_path):
    error = refused(write(tmp_path, "d1_new.csv", HEADER.replace("CPP_At31,", "cpp_at_31,")))
    back = pickle.loads(pickle.dumps(error))
    assert isinstance(back, SourceError) and str(back) == str(error)
    plain = loaders_error(write(tmp_path, "d1_x.csv", HEADER.replace("CPP_At31,", "qz,")))
    assert str(pickle.loads(pickle.dumps(plain))) == str(plain)


# The patch


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A project of one passport, whose text each test chooses."""
    folder = tmp_path / "home" / "data" / "catalogue" / "sources"
    folder.mkdir(parents=True)
    monkeypatch.setenv("CYP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id: plans\naliases: {}\nage: x\n", "id: plans\naliases:\n  CPP_At31: [new]\nage: x\n"),
        ("id: plans\nage: x\n", "id: plans\nage: x\naliases:\n  CPP_At31: [new]\n"),
        (
            "id: plans\naliases:   # why\n  Other: [o]\nage: x\n",
            "id: plans\naliases:   # why\n  CPP_At31: [new]\n  Other: [o]\nage: x\n",
        ),
    ],
)
def test_the_patch_applies(home, before, after):
    path = home / "data" / "catalogue" / "sources" / "plans.yml"
    path.write_text(before)
    patch = passport_patch.alias_patch(PLANS, {"CPP_At31": "new"})
    done = subprocess.run(
        ["git", "apply", "-"], input=patch, cwd=home, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert path.read_text() == after


def test_an_alias_is_added_to_those_there_are(home):
    source = passport(aliases={"CPP_At31": ("old",), "Other": ("o",)})
    path = home / "data" / "catalogue" / "sources" / "plans.yml"
    path.write_text("id: plans\naliases: {CPP_At31: [old], Other: [o]}\nage: x\n")
    patch = passport_patch.alias_patch(source, {"CPP_At31": "new name"})
    assert "+  CPP_At31: [old, new name]\n+  Other: [o]\n" in patch


@pytest.mark.parametrize("name", ["2 or more, %", "no", "it's", "Rate: all", "#1", "- x", "[c]"])
def test_any_name_is_written_as_yaml_reads_it(name):
    import yaml

    patch = passport_patch.alias_patch(passport(id="not_a_file"), {"CPP_At31": name})
    assert yaml.safe_load(patch) == {"aliases": {"CPP_At31": [name]}}


def test_a_real_file_is_read_once_its_patch_is_applied(real_data, tmp_path, monkeypatch):
    for name in ("data", "notebooks"):
        shutil.copytree(catalogue.paths.project_root() / name, tmp_path / "home" / name)
    monkeypatch.setenv("CYP_HOME", str(tmp_path / "home"))
    whole = next((real_data / "dfe-explore-education-statistics").glob("d1_child*.csv"))
    old, new = tmp_path / "in" / "d1_child_protection_plans_2013_to_2024.csv", None
    old.parent.mkdir()
    shutil.copyfile(whole, old)
    new = old.with_name("d1_child_protection_plans_2013_to_2025.csv")
    text = whole.read_text(encoding="utf-8-sig")
    new.write_text(text.replace("CPP_At31,", "plans_31_march,", 1), encoding="utf-8")
    with pytest.raises(drift.DriftError) as caught:
        loaders.read(new)
    subprocess.run(
        ["git", "apply", "-"],
        input=caught.value.patch,
        cwd=tmp_path / "home",
        text=True,
        check=True,
    )
    catalogue._load.cache_clear()
    catalogue._sources.cache_clear()
    figures = ["measure", "area_code", "period_label", "count", "value"]
    expected, got = loaders.read(old).rows[figures], loaders.read(new).rows[figures]
    pd.testing.assert_frame_equal(got, expected)
    catalogue._load.cache_clear()
    catalogue._sources.cache_clear()
