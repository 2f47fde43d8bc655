"""The funnel plot: authorities by size, inside or outside the limits that chance would explain.

Verdicts, limits and the line in the middle are those of the edition's table `funnels`.
"""

from cyp_analysis import geography, periods
from cyp_analysis.catalogue import Indicator
from cyp_analysis.comparing_tables import FEWEST_IN_FUNNEL
from cyp_analysis.present import credits, rounding, words
from cyp_analysis.present.chapter_text import nothing
from cyp_analysis.present.comparing.funnel_found import (
    PLACES,
    Funnel,
    base_words,
    funnel_alt,
    funnel_table,
    middle,
)
from cyp_analysis.present.figures import Figure
from cyp_analysis.present.figures import block as figure_block
from cyp_analysis.present.markup import Block, paragraph, stacked
from cyp_analysis.present.narrative import join_sentences
from cyp_analysis.present.selection import Selection

_BEYOND = ": more than chance alone would explain among authorities of its size"
_ONE_IN_FORTY = (
    " but inside the 99.8% limits: chance alone would put about one authority in forty of its size"
    " there"
)
_MEANS = {
    "above_998": _BEYOND,
    "above_95": _ONE_IN_FORTY,
    "inside": ": no further from the middle line than chance alone could put an authority of its"
    " size",
    "below_95": _ONE_IN_FORTY,
    "below_998": _BEYOND,
}
_HOW = (
    "How to read it: each dot is an authority, larger ones further to the right, and because the"
    " figures of small ones vary more by chance, the limits are wide at the left and draw together."
)


def funnel(selection: Selection, indicator_id: str) -> Block:
    """The newest funnel of an indicator with a sentence above it; a quiet line where the edition
    has too few authorities for one, or where the area's own figure takes no part."""
    indicator = selection.indicator(indicator_id)
    if selection.latest_known(indicator_id) is None:
        return nothing(selection, indicator_id)
    found = find_funnel(selection, indicator)
    reason = why_not(selection, indicator, found)
    if found is None or reason:
        return Block(paragraph(reason, "note"), reason)
    text = join_sentences(*sentences(selection, found))
    said = Block(paragraph(text) + paragraph(_HOW, "note"), f"{text}\n{_HOW}")
    return stacked(said, figure_block(_figure(selection, found)))


def find_funnel(selection: Selection, indicator: Indicator) -> Funnel | None:
    """The funnel of the authorities of the area's country; None where the edition has none."""
    table = selection.until(selection.edition.read("funnels", indicators=[indicator.id]))
    country = selection.area.country_code or selection.area.code
    limits = table[(table["part"] == "limits") & (table["area_code"] == country)]
    if limits.empty:
        return None
    areas = geography.areas().set_index("code")["country_code"]
    points = table[(table["part"] == "area") & (table["area_code"].map(areas) == country)]
    points = points.assign(label=[geography.name(code) for code in points["area_code"]])
    points = points.sort_values(["value", "label"], ascending=[False, True], kind="stable")
    own = points[points["area_code"] == selection.area.code]
    first = None if own.empty else own.iloc[0]
    return Funnel(indicator, points, limits, first, words.area_words(geography.area(country)))


def why_not(selection: Selection, indicator: Indicator, found: Funnel | None) -> str:
    """Why there is no funnel for this area, in a sentence; empty where there is one."""
    if found is None:
        return (
            f"{indicator.name}: no funnel plot, because fewer than {FEWEST_IN_FUNNEL} authorities"
            " in this edition have a count and a denominator of one period that are neither"
            " rounded nor suppressed."
        )
    if found.own is None and not selection.is_group:
        return (
            f"{indicator.name}: no funnel plot for {words.area_words(selection.area)}, whose figure"
            f" for {found.first['period_label']} is suppressed, rounded or missing."
        )
    return ""


def sentences(selection: Selection, found: Funnel) -> list[str]:
    """Where the area lies, its figure, how many lie outside, how many are left out."""
    shared = [outside_sentence(found), left_out_sentence(found)]
    if found.own is None:
        return shared
    return [verdict_sentence(selection, found), value_sentence(selection, found), *shared]


def verdict_sentence(selection: Selection, found: Funnel) -> str:
    """ "Exampleshire is above the upper 99.8% limit: more than chance alone would explain …" """
    area = words.sentence_case(words.area_words(selection.area))
    category = found.own["category"]
    return f"{area} is {PLACES[category]}{_MEANS[category]}."


def value_sentence(selection: Selection, found: Funnel) -> str:
    """The area's figure as the catalogue words it, and the line in the middle."""
    row, indicator = found.own, found.indicator
    value = rounding.value_text(row["value"], indicator)
    clause = indicator.sentence.format(area=words.area_words(selection.area), value=value)
    when = periods.when(row["period_start"], row["period_end"], row["period_label"])
    return (
        f"{when}, {clause}; the {row['areas']:.0f} authorities of {found.country} taken together"
        f" stood at {rounding.value_text(row['baseline'], indicator)}."
    )


def outside_sentence(found: Funnel) -> str:
    """How many lie outside the 99.8% limits, and how many chance alone would put there."""
    number, of_all = found.outside, f"the {found.first['areas']:.0f} authorities"
    if number == 0:
        return f"None of {of_all} lies outside the 99.8% limits."
    verb = "lies" if number == 1 else "lie"
    return (
        f"Of {of_all}, {number} {verb} outside the 99.8% limits, where chance alone would put about"
        " one in 500."
    )


def left_out_sentence(found: Funnel) -> str:
    """How many authorities take no part; empty where all do."""
    number = int(found.first["left_out"])
    if number == 0:
        return ""
    many = "One authority is" if number == 1 else f"{number} authorities are"
    whose = "its figure is" if number == 1 else "their figures are"
    return f"{many} left out, because {whose} suppressed, rounded or missing."


def _figure(selection: Selection, found: Funnel) -> Figure:
    from cyp_analysis.present.comparing.funnel_chart import funnel_chart

    figure_id = selection.unique_id(f"fig-{found.indicator.id}-funnel")
    alt = funnel_alt(found)
    names = {"base": words.sentence_case(base_words(found.indicator)), "middle": middle(found)}
    return Figure(
        id=figure_id,
        title=_title(selection, found),
        subtitle=_subtitle(selection, found),
        picture=funnel_chart(found, names, figure_id, alt),
        alt=alt,
        table=funnel_table(found),
        source=credits.source_line(selection, found.points),
    )


def _title(selection: Selection, found: Funnel) -> str:
    subject = words.sentence_case(found.indicator.subject)
    if found.own is None:
        of_all = f"{found.outside} of {found.first['areas']:.0f}"
        return f"{subject}: {of_all} authorities outside the 99.8% limits"
    return f"{subject}: {words.area_words(selection.area)} {PLACES[found.own['category']]}"


def _subtitle(selection: Selection, found: Funnel) -> str:
    own = f" ◆ {words.area_words(selection.area)}." if found.own is not None else ""
    together = rounding.value_text(found.first["baseline"], found.indicator)
    return (
        f"{found.indicator.name}, {found.first['areas']:.0f} authorities of {found.country} by"
        f" {base_words(found.indicator)}, {found.first['period_label']}.{own} Line in the middle:"
        f" all of them taken together, {together}. Limits: 95% and 99.8%, about that line, not"
        f" widened; {found.outside} outside the latter."
    )
