"""The catalogue's own rules: what is unknown is refused, naming file, rule, what was got."""

import shutil
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
import yaml

from cyp_analysis import catalogue
from cyp_analysis.errors import CatalogueError

ROOT = Path(__file__).parents[1]
REAL = ROOT / "data" / "catalogue"
INDICATOR = "children_in_low_income_families"


@pytest.fixture
def copy(tmp_path) -> Path:
    """A catalogue that a test may spoil."""
    folder = tmp_path / "catalogue"
    shutil.copytree(REAL, folder)
    return folder


def spoil(folder: Path, name: str, **changes) -> Path:
    """Set keys of a YAML file; a value of None takes the key away."""
    path = folder / name
    content = yaml.safe_load(path.read_text())
    content.update(changes)
    kept = {key: value for key, value in content.items() if value is not None}
    path.write_text(yaml.safe_dump(kept))
    return path


def spoiled(folder: Path, **changes) -> str:
    spoil(folder, f"indicators/{INDICATOR}.yml", **changes)
    with pytest.raises(CatalogueError) as error:
        catalogue.load(folder)
    assert f"{INDICATOR}.yml" in str(error.value)
    return str(error.value)


def test_the_project_s_catalogue_loads():
    known = catalogue.load()
    assert len(known.indicators) >= 60
    assert list(known.chapters)[:2] == ["overview", "population"]


def test_the_first_indicator_reads_as_written():
    indicator = catalogue.load().indicators[INDICATOR]
    assert indicator.polarity == "low_is_good"
    assert indicator.rounding == 1 and indicator.interval_rounding == 2
    assert indicator.benchmarks == ("region", "england")
    assert indicator.numerator == indicator.value


def test_indicators_are_frozen():
    with pytest.raises(FrozenInstanceError):
        catalogue.load().indicators[INDICATOR].polarity = "high_is_good"


def test_a_catalogue_is_read_once():
    assert catalogue.load() is catalogue.load()


def test_unknown_key_is_refused_with_the_near_one(copy):
    told = spoiled(copy, polarty="low_is_good")
    assert "`polarty` is not a key of Indicator" in told and "Did you mean `polarity`?" in told


def test_unknown_word_is_refused(copy):
    told = spoiled(copy, polarity="lower_is_better")
    assert "polarity" in told and "'lower_is_better'" in told and "'low_is_good'" in told


def test_missing_key_is_refused(copy):
    assert "`unit` must be given; got: no such key. Add it." in spoiled(copy, unit=None)


def test_sentence_needs_both_slots(copy):
    told = spoiled(copy, sentence="{value} of children")
    assert "must hold {area} exactly once" in told


def test_a_rate_needs_a_denominator(copy):
    told = spoiled(copy, statistic="proportion", denominator=None)
    assert "`denominator` must be given for a rate or a proportion" in told


def test_published_needs_a_value(copy):
    assert "`value` must name the published measure" in spoiled(copy, value=None)


def test_counts_need_a_numerator(copy):
    assert "`numerator` must be given" in spoiled(copy, statistic="count", numerator=None)


def test_source_that_does_not_exist_is_refused(copy):
    told = spoiled(copy, numerator={"source": "child_poverty", "measure": "POV01"})
    assert "`source` must be in the catalogue; got: child_poverty." in told


def test_measure_that_the_passport_lacks_is_refused(copy):
    path = copy / "indicators" / "children_looked_after_rate.yml"
    content = yaml.safe_load(path.read_text())
    content["numerator"]["measure"] = "looked_after_at_31_may"
    path.write_text(yaml.safe_dump(content))
    with pytest.raises(CatalogueError, match="measure of dfe_children_looked_after.*31_may"):
        catalogue.load(copy)


def test_disclosure_rule_must_exist(copy):
    assert "`disclosure` must be in the catalogue; got: none." in spoiled(copy, disclosure="none")


def test_id_must_be_the_file_s_name(copy):
    assert "`id` must be the file's name; got: poverty." in spoiled(copy, id="poverty")


def test_broken_yaml_names_file_and_line(copy):
    (copy / "indicators" / f"{INDICATOR}.yml").write_text("id: [\n")
    with pytest.raises(CatalogueError, match=f"{INDICATOR}.yml: must be valid YAML.*line"):
        catalogue.load(copy)


def test_a_file_that_is_a_list_is_refused(copy):
    (copy / "indicators" / f"{INDICATOR}.yml").write_text("- id\n")
    with pytest.raises(CatalogueError, match="must be a mapping of keys"):
        catalogue.load(copy)


def test_chapters_must_exist_and_be_a_list(copy):
    (copy / "chapters.yml").write_text("id: overview\n")
    with pytest.raises(CatalogueError, match="chapters.yml: must be a list"):
        catalogue.load(copy)


def test_missing_chapters_file_is_named(copy):
    (copy / "chapters.yml").unlink()
    with pytest.raises(CatalogueError, match="chapters.yml: must exist"):
        catalogue.load(copy)


def test_a_chapter_without_a_file_of_its_own_shows_nothing_yet(copy):
    (copy / "chapters/voice.yml").unlink()
    known = catalogue.load(copy)
    assert known.chapter_indicators("voice") == ()
    assert len(known.chapter_indicators("methods_and_sources")) == len(known.indicators)


@pytest.mark.parametrize(
    "name, text, told",
    [
        ("voice", "- lead\n", "chapters/voice.yml: must be a mapping of keys"),
        ("voice", "leed: []\n", "`leed` is not a key of Chapter.*Did you mean `lead`"),
        ("voices", "lead: []\n", "chapters/voices.yml: must be a chapter of chapters.yml"),
    ],
)
def test_the_file_of_a_chapter_is_checked(copy, name, text, told):
    (copy / f"chapters/{name}.yml").write_text(text)
    with pytest.raises(CatalogueError, match=told):
        catalogue.load(copy)


def test_a_chapter_names_only_known_indicators(copy):
    (copy / "chapters/child_poverty.yml").write_text("lead: [children_in_low_income_familys]\n")
    with pytest.raises(CatalogueError, match=f"child_poverty.*Near: {INDICATOR}"):
        catalogue.load(copy)


def test_targets_need_their_columns(copy):
    (copy / "targets.csv").write_text("target_id,indicator_id\n")
    with pytest.raises(CatalogueError, match="must have the column area_code"):
        catalogue.load(copy)


def test_target_of_an_unknown_indicator_is_refused(copy):
    path = copy / "targets.csv"
    path.write_text(path.read_text().replace("local_childrens_centre_families", "centre"))
    with pytest.raises(CatalogueError, match="targets.csv: `indicator_id` must be in"):
        catalogue.load(copy)


def test_each_chapter_stands_once(copy):
    chapters = yaml.safe_load((copy / "chapters.yml").read_text())
    (copy / "chapters.yml").write_text(yaml.safe_dump([*chapters, chapters[0]]))
    with pytest.raises(CatalogueError, match="each `id` once; got: overview"):
        catalogue.load(copy)


def test_a_figure_has_one_target_at_most(copy):
    path = copy / "targets.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[2].replace("TT02", "TT99")]) + "\n")
    with pytest.raises(CatalogueError, match="one target for each figure; got: TT99"):
        catalogue.load(copy)


def test_a_catalogue_without_targets_has_none(copy):
    (copy / "targets.csv").unlink()
    assert catalogue.load(copy).targets.empty


def test_several_documents_may_belong_to_one_dataset():
    datasets = catalogue.load().datasets
    assert len(datasets["local_plan_figures"]) > 1
    assert [s.id for s in datasets["ohid_fingertips"]] == ["ohid_fingertips"]


def test_a_chapter_that_lists_nothing_has_every_indicator():
    known = catalogue.load()
    assert len(known.chapter_indicators("methods_and_sources")) == len(known.indicators)
    assert len(known.chapter_indicators("child_poverty")) < len(known.indicators)
