"""The page of methods: every worked example gives what it says, every verb has a section."""

import doctest
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cyp_analysis as cyp
from cyp_analysis import measures, phe

PAGE = Path(__file__).parents[1] / "docs" / "methods.md"
SECTIONS = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)[1:]
EXAMPLES = {
    f"{title} {place}": block
    for title, _, section in (one.partition("\n") for one in SECTIONS)
    for place, block in enumerate(re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL))
}


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    """What doctest says of each example; they run in the order of the page and share names."""
    names = {"cyp": cyp, "pd": pd, "np": np}
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    found = {}
    for title, block in EXAMPLES.items():
        test = doctest.DocTestParser().get_doctest(block, names, title, str(PAGE), 0)
        lines: list[str] = [] if test.examples else ["no line to run"]
        runner.run(test, out=lines.append, clear_globs=False)
        names = test.globs
        found[title] = "".join(lines)
    return found


@pytest.mark.parametrize("title", EXAMPLES)
def test_the_worked_example_gives_what_it_says(told, title):
    assert told[title] == ""


@pytest.mark.parametrize("verb", measures.__all__)
def test_every_verb_has_a_section_with_an_example(verb):
    section = next((one for one in SECTIONS if one.startswith(f"{verb}\n")), None)
    assert section, f"docs/methods.md has no section on {verb}"
    assert "```python" in section, f"the section on {verb} has no worked example"
    assert f"cyp.{verb}(" in section, f"the example of {verb} does not call it"


@pytest.mark.parametrize("verb", measures.__all__)
def test_every_verb_is_at_the_front_door(verb):
    assert getattr(cyp, verb) is getattr(measures, verb)
    assert verb in cyp.__all__ and verb in dir(cyp)


def test_the_table_of_r_names_lists_every_alias():
    for name in phe.__all__:
        assert f"`{name}`" in PAGE.read_text(), f"{name} is not in the table of R names"
