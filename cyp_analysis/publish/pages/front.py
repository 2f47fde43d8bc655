"""What an area's front page lifts from its figures: tiles, what stands out, a spark per chapter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cyp_analysis.catalogue import Chapter
from cyp_analysis.present.comparing.glance import glance, standing
from cyp_analysis.present.markup import Html
from cyp_analysis.present.tiles import bare_tiles
from cyp_analysis.publish.pages.around import Around
from cyp_analysis.publish.pages.sparks import Spark, main_trend

NUMBERS = "in_numbers"


@dataclass(frozen=True)
class Front:
    """The blocks of a front page, each empty where there is nothing to say."""

    verdicts: Html = Html("")
    worse: Html = Html("")
    better: Html = Html("")
    numbers: Html = Html("")


def front_of(made: Around) -> Front:
    """The blocks for one area."""
    selection, addresses = made.selection, made.addresses
    groups = {group.id for group in selection.entry.groups}
    return Front(
        verdicts=Html(glance(selection).html),
        worse=Html(standing(selection, "worse", addresses).html),
        better=Html(standing(selection, "better", addresses).html),
        numbers=bare_tiles(selection, NUMBERS) if NUMBERS in groups else Html(""),
    )


def sparks_of(made: Around, chapters: Sequence[Chapter]) -> dict[str, Spark]:
    """chapter id → the spark of its card, each of a figure of its own; the chapter that draws on
    all others chooses last. Chapters without a page, about the whole catalogue or without a trend
    have none."""
    built = {link.id: link.href for link in made.chapters if link.href}
    wanted = [c for c in chapters if c.id in built and not c.whole_catalogue]
    found, left = {}, set(made.with_trend)
    for chapter in [*wanted[1:], *wanted[:1]]:
        spark = main_trend(made.selection, chapter, left, made.trends_of(built[chapter.id]))
        if spark:
            href = spark.href or made.addresses.get(spark.indicator_id, "")
            found[chapter.id] = replace(spark, href=href)
            left.discard(spark.indicator_id)
    return found


def newest_of(made: Around, chapter: Chapter) -> str:
    """ "Newest figure: 2024/25": of the chapter's figures of the area, projections left out; empty
    for a chapter without any."""
    selection = made.selection
    if chapter.whole_catalogue:
        return ""
    ids = [i.id for i in selection.catalogue.chapter_indicators(chapter.id)]
    rows = selection.rows
    mine = rows[rows["indicator_id"].isin(ids) & (rows["area_code"] == selection.area.code)]
    ahead = mine["period_end"] > mine["source_published"]
    known = mine[mine["value"].notna() & ~ahead]
    if known.empty:
        return ""
    label = known.loc[known["period_end"].idxmax(), "period_label"]
    return f"Newest figure: {label}"
