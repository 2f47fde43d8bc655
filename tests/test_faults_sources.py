"""One bad source never blanks the rest: its last good figures are kept, with their edition."""

import json
import shutil

import faults
import pandas as pd
import pytest
from conftest import ROOT

from cyp_analysis import catalogue
from cyp_analysis.build.kept import failed_sources, kept_sources, last_good, with_kept
from cyp_analysis.errors import CypError, SourceError
from cyp_analysis.publish import earlier, edition_run
from cyp_analysis.publish.edition_run import Request, build_edition
from cyp_analysis.schema import INDICATOR_KEY
from cyp_analysis.summary import summary_lines

RANKING = "barnet_child_poverty_ranking_2016"


def row(value=1.0, *, source="good", note="", area="E1", **more):
    key = dict.fromkeys(INDICATOR_KEY, "") | {"indicator_id": "i", "area_code": area}
    told = {"value": value, "source_id": source, "value_note": note}
    return key | told | more


def table(*rows):
    return pd.DataFrame(list(rows))


class TestParts:
    def test_only_the_failed_source_is_kept_and_says_of_which_edition(self):
        before = table(row(source="bad"), row(source="good", area="E2"))
        kept = last_good(before, ["bad"], "spring")
        assert kept["area_code"].tolist() == ["E1"]
        note = "figure of edition spring: its source could not be read"
        assert kept["value_note"].tolist() == [note]

    def test_an_older_note_stays_and_comes_first(self):
        kept = last_good(table(row(source="bad", note="suppressed (c)")), ["bad"], "spring")
        assert kept["value_note"].iloc[0].startswith("suppressed (c); figure of edition spring")

    def test_what_was_kept_before_stays_of_its_own_edition(self):
        once = last_good(table(row(source="bad")), ["bad"], "spring")
        twice = last_good(once, ["bad"], "summer")
        assert twice["value_note"].tolist() == once["value_note"].tolist()

    def test_new_figures_win(self):
        built = table(row(2.0))
        kept = table(row(1.0, source="bad"), row(3.0, source="bad", area="E2"))
        both = with_kept(built, kept)
        assert both["value"].tolist() == [2.0, 3.0]

    def test_nothing_kept_changes_nothing(self):
        built = table(row())
        assert with_kept(built, None) is built
        assert with_kept(built, built.head(0)) is built
        assert with_kept(built, table(row(9.0))) is built

    def test_how_many_are_kept_of_what(self):
        kept = last_good(table(row(source="bad"), row(source="bad", area="E2")), ["bad"], "a b")
        counted = kept_sources(pd.concat([kept, table(row(area="E3"))]))
        assert counted.to_dict("records") == [{"source_id": "bad", "edition": "a b", "figures": 2}]

    def test_files_are_known_by_name_and_folder(self):
        known = catalogue.load().sources
        path = ROOT / "data" / "raw" / RANKING / "2017-01-01" / "figures.csv"
        error = SourceError(path, "must be whole", "half", "Mend it.")
        assert failed_sources([error], known) == {RANKING}
        assert failed_sources([SourceError("x.zip", "a", "b", "c")], known) == frozenset()
        assert failed_sources([], known) == frozenset()


@pytest.fixture
def home(tmp_path, monkeypatch, edition):
    """A copy of the project's data whose chapters are copied, not run, beside a good edition."""
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / "home" / name)
    outputs = tmp_path / "outputs"
    shutil.copytree(edition[0] / "annual", outputs / "annual")
    monkeypatch.setenv("CYP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CYP_OUTPUTS", str(outputs))
    monkeypatch.setattr(edition_run, "run_chapters", faults._copied)
    return tmp_path / "home"


def damage(home):
    (path,) = (home / "data" / "raw" / RANKING).glob("*/figures.csv")
    path.write_bytes(path.read_bytes()[:200])


def build(**options):
    request = Request((faults.AREA,), (faults.CHAPTER,), edition="next", **options)
    return build_edition(request, progress=False)


def test_a_damaged_file_stops_the_build_and_the_edition_stays(home, tmp_path):
    damage(home)
    with pytest.raises(CypError) as caught:
        build()
    assert "figures.csv" in str(caught.value)
    assert "Or add --allow-partial to build without it." in str(caught.value)
    assert not (tmp_path / "outputs" / "next").exists()


def test_with_allow_partial_its_last_good_figures_are_kept_and_told(home, tmp_path):
    damage(home)
    built = build(allow_partial=True)
    before = pd.read_parquet(tmp_path / "outputs" / "annual" / "indicators.parquet")
    after = pd.read_parquet(built.folder / "indicators.parquet")
    old, new = (t[t["source_id"] == RANKING].set_index(INDICATOR_KEY) for t in (before, after))
    assert len(old) > 10
    pd.testing.assert_series_equal(new["value"].sort_index(), old["value"].sort_index())
    assert new["value_note"].str.contains("figure of edition annual: its source could not").all()
    others = after[after["source_id"] != RANKING]
    assert not others["value_note"].str.contains("figure of edition").any()
    line = (
        f"Figures from {catalogue.load().sources[RANKING].title} are those of edition annual: "
        "this source could not be read."
    )
    assert line in list(summary_lines(built))
    told = json.loads((built.folder / "receipt.json").read_text())
    assert told["kept"] == [{"source_id": RANKING, "edition": "annual", "figures": len(old)}]
    page = (built.folder / faults.AREA / "index.html").read_text()
    assert "are those of edition annual: this source could not be read." in page


@pytest.mark.slow
def test_without_an_earlier_edition_it_says_what_is_missing(home, tmp_path):
    shutil.rmtree(tmp_path / "outputs" / "annual")
    damage(home)
    built = build(allow_partial=True)
    after = pd.read_parquet(built.folder / "indicators.parquet")
    assert RANKING not in set(after["source_id"])
    said = list(summary_lines(built))
    assert any(line.startswith("  not used: figures.csv (") for line in said)
    assert not any("are those of edition" in line for line in said)


def test_invented_figures_never_stand_in(home, tmp_path, monkeypatch):
    receipt = tmp_path / "outputs" / "annual" / "receipt.json"
    receipt.write_text(json.dumps(json.loads(receipt.read_text()) | {"notice": "Invented."}))
    error = SourceError(f"{RANKING}/2017/figures.csv", "must be whole", "half", "Mend it.")
    assert earlier.last_good_figures([error], catalogue.load()) is None


def test_a_damaged_earlier_edition_is_passed_over(home, tmp_path):
    (tmp_path / "outputs" / "zz").mkdir()
    (tmp_path / "outputs" / "zz" / "indicators.parquet").write_text("x")
    error = SourceError(
        home / "data" / "raw" / RANKING / "2017-01-01" / "figures.csv", "must be whole", "", ""
    )
    found = earlier.last_good_figures([error], catalogue.load())
    assert found["value_note"].str.contains("edition annual").all()


def test_no_failure_asks_no_edition(monkeypatch):
    monkeypatch.setattr(earlier, "open_edition", None)
    assert earlier.last_good_figures([], catalogue.load()) is None
