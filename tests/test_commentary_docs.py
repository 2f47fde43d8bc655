"""What docs/commentary.md tells authors is what the project does."""

import re

import pytest
from conftest import ROOT

from cyp_analysis.errors import ChapterError
from cyp_analysis.present import commentary
from cyp_analysis.present.claims.vocabulary import Vocabulary
from cyp_analysis.present.claims.written import filled, typed_numbers, with_sources
from cyp_analysis.present.commentary import SECTIONS, read_commentary

TEXT = (ROOT / "docs" / "commentary.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```markdown\n(.*?)```", TEXT, re.DOTALL)
SAID = [{"text": "14.0%"}]
SENTENCE = "In 2016, 14.0% of children lived in poverty."


def typed(text: str) -> list[str]:
    return [found.number for found in typed_numbers("file.md", text, SAID, Vocabulary({}))]


def test_the_example_file_is_read_as_it_says(tmp_path, monkeypatch):
    folder = tmp_path / "data" / "commentary" / "E06000001"
    folder.mkdir(parents=True)
    (folder / "child_poverty.md").write_text(BLOCKS[0], encoding="utf-8")
    monkeypatch.setattr(commentary.paths, "data_dir", lambda: tmp_path / "data")
    found = read_commentary("E06000001", "child_poverty")
    assert (found.written_for, found.author_role) == (
        "2021/22",
        "public health intelligence analyst",
    )
    assert found.review_by.isoformat() == "2027-11-22"
    assert found.parts == {
        "": "What the figures mean here.",
        "what_works": "What has been shown to help.",
    }


def test_the_headings_named_are_those_that_begin_a_section():
    named = re.search(r"The headings (.*?) begin", TEXT, re.DOTALL)[1]
    assert set(re.findall(r"`([^`]+)`", named)) == set(SECTIONS.values())


@pytest.mark.parametrize(
    ("written", "loose"),
    [
        ("14.0%", []),
        ('[12%]{source="Plan 2023, page 4"}', []),
        ("{{claim:claim-child_poverty}}", []),
        ("12%", ["12%"]),
    ],
)
def test_each_way_to_write_a_number(written, loose):
    if written != "12%":
        assert f"`{written}`" in TEXT
    assert typed(f"It stood at {written} then.") == loose


def test_a_number_from_elsewhere_says_where_it_is_from():
    marked = 'It was [12%]{source="Plan 2023, page 4"}.'
    assert with_sources(marked) == "It was 12% (source: Plan 2023, page 4)."


def test_a_pinned_sentence_fails_once_the_figures_changed():
    pinned = BLOCKS[1]
    assert filled(pinned, lambda claim: SENTENCE, "file.md").strip() == SENTENCE
    now = SENTENCE.replace("14.0%", "15.1%")
    with pytest.raises(ChapterError) as caught:
        filled(pinned, lambda claim: now, "file.md")
    assert SENTENCE in str(caught.value) and now in str(caught.value)
