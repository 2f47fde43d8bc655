"""The faults that keep a page from being published (WCAG 2.2 and the project's own rules)."""

from cyp_analysis.publish.lint.rules import RULES
from cyp_analysis.publish.lint.sheet import Sheet


def page_faults(html: str) -> list[str]:
    """What is wrong with a whole page, in plain words; empty if nothing is. `cyp lint` holds a
    page that was published to the other rules too."""
    sheet = Sheet(html)
    return [fault for rule in RULES if rule.refuses for fault in rule.check(sheet)]
