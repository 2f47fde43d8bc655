"""How sentences write the names that an edition's tables hold."""

import re

from cyp_analysis import geography
from cyp_analysis.errors import AreaError
from cyp_analysis.geography import Area
from cyp_analysis.present import words

_APART = re.compile(r"[^\w%+&’'-]+")
_VINTAGE = re.compile(r"\s*\((?:IMD|IDACI|IoD)[^)]*\)")


def own_codes(area: Area) -> list[str]:
    """An area's code, then those of its subregion, region and country."""
    codes = [area.code, area.subregion_code, area.region_code, area.country_code]
    return [code for code in dict.fromkeys(codes) if code]


def area_of(code: object) -> Area | None:
    """The area of a code; None for a code that is no area."""
    try:
        return geography.area(str(code)) if code else None
    except AreaError:
        return None


def names_of(area: Area) -> set[str]:
    """The names of an area as they may stand in a sentence, small letters."""
    return {area.name.casefold(), words.area_words(area).casefold()}


def plain_name(name: object) -> str:
    """A name of a table as sentences write it, small letters: "most deprived tenth"."""
    text = _VINTAGE.sub("", str(name)).strip().casefold()
    return text.replace("decile", "tenth").replace("quintile", "fifth")


def spaced(text: str) -> str:
    """Words apart by single spaces, without punctuation: "male" is no part of "female"."""
    return " ".join(_APART.sub(" ", text).split())
