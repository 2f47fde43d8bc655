"""The words that blocks share."""

import pytest

from cyp_analysis.geography import Area, area
from cyp_analysis.present import words


def place(name, level="authority"):
    return Area("E00000000", name, level, "", "", "", "", None, None)


@pytest.mark.parametrize(
    ("name", "level", "said"),
    [
        ("North East", "region", "the North East"),
        ("East of England", "region", "the East of England"),
        ("Yorkshire and The Humber", "region", "Yorkshire and The Humber"),
        ("London", "region", "London"),
        ("North Yorkshire", "authority", "North Yorkshire"),
        ("Isle of Wight", "authority", "the Isle of Wight"),
        ("Isles of Scilly", "authority", "the Isles of Scilly"),
        ("City of London", "authority", "the City of London"),
        ("Bristol, City of", "authority", "Bristol"),
        ("Herefordshire, County of", "authority", "Herefordshire"),
        ("England", "country", "England"),
    ],
)
def test_area_names_mid_sentence(name, level, said):
    assert words.area_words(place(name, level)) == said


def test_groups_of_authorities():
    assert words.authorities_of(area("E12000007"), 33) == "the 33 London authorities"
    assert words.authorities_of(area("E12000001"), 12) == "the 12 North East authorities"
    assert words.authorities_of(area("E92000001"), 152) == "the 152 authorities in England"


@pytest.mark.parametrize(
    ("rank", "of", "tied", "said"),
    [
        (25, 33, False, "25th highest"),
        (1, 33, False, "highest"),
        (33, 33, False, "lowest"),
        (2, 33, False, "2nd highest"),
        (3, 33, True, "joint 3rd highest"),
        (1, 33, True, "joint highest"),
        (33, 33, True, "joint 33rd highest"),
        (11, 33, False, "11th highest"),
        (12, 33, False, "12th highest"),
        (21, 33, False, "21st highest"),
        (113, 151, False, "113th highest"),
        (122, 151, False, "122nd highest"),
    ],
)
def test_ranks(rank, of, tied, said):
    assert words.rank_words(float(rank), float(of), tied=tied) == said


@pytest.mark.parametrize(
    ("outcome", "side", "said"),
    [
        ("worse", "higher", "Higher, worse"),
        ("better", "higher", "Higher, better"),
        ("better", "lower", "Lower, better"),
        ("worse", "lower", "Lower, worse"),
        ("higher", "higher", "Higher"),
        ("lower", "lower", "Lower"),
        ("similar", "similar", "Similar"),
        ("not_compared", "not_compared", "Not compared"),
        ("not_compared", "", "Not compared"),
    ],
)
def test_verdicts(outcome, side, said):
    assert words.verdict_words(outcome, side) == said


@pytest.mark.parametrize(
    ("note", "letter"),
    [
        ("suppressed (c): based on small numbers", "c"),
        ("Value suppressed for disclosure control due to small count", "c"),
        ("Value cannot be calculated as number of cases is too small", ""),
        ("not available (x)", "x"),
        ("missing in file", "x"),
        ("not applicable (z)", "z"),
        ("rounds to zero but is not zero (k)", "k"),
        ("low reliability (u)", "u"),
        ("denominator implied by the published count and value", ""),
        ("", ""),
    ],
)
def test_notes_become_shorthand(note, letter):
    assert words.known_letter(note) == letter
    assert words.missing_text(note) == f"[{letter or 'x'}]"


def test_shorthand_is_explained_once_and_only_if_used():
    note = words.shorthand_note(["12", "[c]", "[c]", "[z]"])
    assert note == "[c] suppressed because it is based on small numbers; [z] not applicable."
    assert words.shorthand_note(["12", "Similar"]) == ""


@pytest.mark.parametrize(
    ("phrase", "plural"),
    [
        ("children looked after", True),
        ("child protection plans for neglect", True),
        ("domestic abuse incidents and crimes", True),
        ("referrals to children's social care", True),
        ("young people in custody", True),
        ("children whose primary need is low income", True),
        ("contacts answered with information", True),
        ("persistent absence", False),
        ("homelessness", False),
        ("children's attainment", False),
        ("deprivation", False),
        ("access to services", False),
    ],
)
def test_whether_a_number_can_stand_before_a_phrase(phrase, plural):
    assert words.is_plural(phrase) is plural


def test_lists_and_dates():
    assert words.join_words(["a"]) == "a"
    assert words.join_words(["a", "b"]) == "a and b"
    assert words.join_words(["a", "b", "c"]) == "a, b and c"
    assert words.join_words([]) == ""
    assert words.date_words(None) == ""
    assert words.spaced("plans_at_31_march") == "plans at 31 March"


@pytest.mark.parametrize(
    ("name", "said"),
    [("Isle of Wight", "the Isle of Wight"), ("Kent", "Kent"), ("Woodhouse", "Woodhouse")],
)
def test_the_name_of_a_place_in_a_sentence(name, said):
    assert words.name_words(name) == said
