"""Every rule of a page by its name; those that keep a page from being published, and remarks."""

from collections.abc import Callable
from dataclasses import dataclass

from cyp_analysis.publish.lint import (
    alternatives,
    contrast,
    fetching,
    links,
    palette,
    policy_rules,
    prose,
    structure,
    table_rules,
    traces,
)
from cyp_analysis.publish.lint.sheet import Sheet


@dataclass(frozen=True)
class Rule:
    """A rule with its check. `refuses`: a page that breaks it is never published. `remark`: worth
    a look, and no fault."""

    name: str
    check: Callable[[Sheet], list[str]]
    refuses: bool = False
    remark: bool = False


RULES = (
    Rule("headings", structure.heading_faults, refuses=True),
    Rule("ids", structure.id_faults, refuses=True),
    Rule("alternative", alternatives.missing_alternatives, refuses=True),
    Rule("fetches", fetching.fetch_faults, refuses=True),
    Rule("script", fetching.script_faults, refuses=True),
    Rule("policy", policy_rules.policy_faults, refuses=True),
    Rule("table", table_rules.table_faults, refuses=True),
    Rule("program", traces.program_faults, refuses=True),
    Rule("machine", traces.machine_faults, refuses=True),
    Rule("language", structure.language_faults),
    Rule("title", structure.title_faults),
    Rule("landmarks", structure.landmark_faults),
    Rule("skip-link", structure.skip_faults),
    Rule("pilcrow", structure.pilcrow_faults),
    Rule("alternative-wording", alternatives.alternative_wording),
    Rule("alternative-numbers", alternatives.alternative_numbers),
    Rule("figure", alternatives.figure_faults),
    Rule("table-layout", table_rules.layout_faults),
    Rule("table-units", table_rules.unit_faults),
    Rule("table-scroller", table_rules.scroller_faults),
    Rule("verdict", table_rules.verdict_faults),
    Rule("links", links.link_faults),
    Rule("downloads", links.download_faults),
    Rule("empty-value", traces.empty_value_faults),
    Rule("unfilled", traces.unfilled_faults),
    Rule("contrast", contrast.theme_faults),
    Rule("palette", palette.palette_faults),
    Rule("labels", palette.label_faults),
    Rule("slips", prose.slip_faults, remark=True),
    Rule("sentences", prose.sentence_faults, remark=True),
)
