"""Gradings of case audits: shares of each grading, and of those that are good or require
improvement, by month, service or practice domain. The numbers count audits, not children."""

import numpy as np
import pandas as pd

from cyp_analysis import service_catalogue
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.flows_figures import local_rows
from cyp_analysis.methods import wilson_interval
from cyp_analysis.service_catalogue import Audit

NOT_GRADED, WORST, BLANK = "Not graded", "Inadequate", "a cell of the source is blank"
_GROUP = ["area_code", "period_start", "period_end", "period_label", "group"]
_JOINT = " | "


def grade_audits(inputs: Inputs) -> pd.DataFrame:
    """One row = area × period × audit × group (empty: all) × grading: count, total graded, share,
    and the share graded better than inadequate with its 95% interval."""
    rows = local_rows(inputs.counts)
    made = [_graded(rows, audit) for audit in service_catalogue.audits().values()]
    return pd.concat(made, ignore_index=True)


def _graded(rows: pd.DataFrame, audit: Audit) -> pd.DataFrame:
    kind = f"{audit.by}{_JOINT}grading" if audit.by else "grading"
    mine = rows[(rows["measure"] == audit.measure) & (rows["category_type"] == kind)]
    parts = mine["category"].str.rsplit(_JOINT, n=1)
    words = {word: name for name, each in audit.gradings.items() for word in each}
    places = {name: place for place, name in enumerate(audit.gradings)}
    grading = parts.str[-1].map(words).fillna(parts.str[-1])
    named = _one_each(
        mine.assign(
            group=parts.str[0] if audit.by else "",
            grading=grading,
            grading_place=grading.map(places).fillna(len(places)).astype(int),
        )
    )
    whole = _together(named) if audit.by else named.iloc[:0]
    both = pd.concat([named, whole], ignore_index=True)
    order = pd.Series(pd.factorize(both["group"])[0], index=both.index)
    return _with_shares(both).assign(audit_id=audit.id, title=audit.title, group_place=order)


def _one_each(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a grading: words of the source that mean one grading are added, a blank with any
    other is unknown."""
    key = [*_GROUP, "grading"]
    sums = rows.groupby(key)["count"].agg(lambda counts: counts.sum(skipna=False))
    first = rows.drop_duplicates(key).drop(columns="count")
    return first.merge(sums.reset_index(), on=key, validate="one_to_one")


def _together(rows: pd.DataFrame) -> pd.DataFrame:
    """All groups of a period together; a blank cell counts for none and is told."""
    key = ["area_code", "period_start", "period_end", "grading"]
    blank = rows["count"].isna().groupby([rows[name] for name in key[:3]]).transform("any")
    sums = (
        rows.assign(blank=blank)
        .groupby(key)[["count", "blank"]]
        .agg({"count": lambda counts: counts.sum(min_count=1), "blank": "any"})
    )
    first = rows.drop_duplicates(key).drop(columns="count").assign(group="")
    made = first.merge(sums.reset_index(), on=key, validate="one_to_one")
    return made.assign(value_note=np.where(made["blank"], BLANK, "")).drop(columns="blank")


def _with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Shares of the audits that were graded."""
    graded = rows["grading"] != NOT_GRADED
    group = [rows[name] for name in _GROUP]
    unknown = (rows["grading"] == WORST) & rows["count"].isna()
    unknown = unknown.groupby(group).transform("any")
    total = rows["count"].where(graded).groupby(group).transform("sum")
    worst = rows["count"].where(rows["grading"] == WORST).groupby(group).transform("sum")
    base = total.where(total > 0)
    worst = worst.mask(unknown)
    lower, upper = wilson_interval((base - worst).to_numpy(float), base.to_numpy(float))
    return rows.assign(
        total=total,
        share=(100 * rows["count"] / base).where(graded),
        better=base - worst,
        better_share=100 * (base - worst) / base,
        better_lower=100 * lower,
        better_upper=100 * upper,
    )
