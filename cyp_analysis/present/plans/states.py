"""The states of an action in words, with the symbol and colour that go with each."""

from cyp_analysis.present import chart_style as style
from cyp_analysis.present.markup import Html, joined, tag

NAMES = {
    "complete": "Completed",
    "on_track": "On track",
    "at_risk": "Behind, plan in place",
    "partly": "Partly achieved",
    "off_track": "Will not be delivered",
    "not_started": "Not started",
    "other": "Rated otherwise",
    "not_given": "Not rated",
}
_LOOKS = {
    "complete": ("✓", "better"),
    "on_track": ("●", "similar"),
    "at_risk": ("◆", "higher"),
    "partly": ("◆", "higher"),
    "off_track": ("✗", "worse"),
}
# At risk and partly never look alike with their words beside them, so they share a colour.
COLOURS = {
    "complete": style.NAVY,
    "on_track": style.TURQUOISE,
    "at_risk": style.ORANGE,
    "partly": style.ORANGE,
    "off_track": style.PLUM,
    "not_started": style.PURPLE,
    "other": style.INK,
    "not_given": style.GREY,
}


def badge(state: str, printed: str) -> Html:
    """Symbol and words of a state, the printed rating behind it where it is a letter or other."""
    symbol, kind = _LOOKS.get(state, ("–", "not_compared"))
    mark = tag("span", symbol, class_="symbol", aria_hidden="true")
    said = NAMES[state] if state != "other" else printed
    behind = f" ({printed})" if len(printed) == 1 and state != "other" else ""
    return tag("span", joined(mark, f" {said}{behind}"), class_=f"verdict verdict-{kind}")
