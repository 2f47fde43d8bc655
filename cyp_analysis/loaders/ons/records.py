"""Records by area, sex and age below one another → people side by side, a column per age group."""

import pandas as pd

from cyp_analysis.loaders.table import SEX, Draft

KEY = ["area_code", "sex"]
ADDED_UP = "persons are males and females added up: the file gives the sexes alone"
CONFLICT = "figures for one area, sex and age differ from an earlier row: none is used"


def with_sexes_named(draft: Draft) -> Draft:
    """Sexes in the project's words, rows of others left out."""
    sex = draft.rows["sex"].str.strip().str.casefold().map(SEX)
    draft = Draft(draft.rows.assign(sex=sex), draft.problems)
    return draft.leave_out(sex.isna(), "sex is not persons, male or female")


def without_repeats(draft: Draft) -> Draft:
    """One record for each area, sex, span and period; where two differ, neither number is used."""
    names = [*KEY, "span", "period_end"]
    if not draft.rows.duplicated(names).any():
        return draft
    same = draft.rows.duplicated([*names, "number"])
    draft = draft.leave_out_together(same, "the same figures stand in earlier rows")
    differ = draft.rows.duplicated(names, keep=False)
    draft = draft.mention(differ, CONFLICT)
    rows = draft.rows.assign(number=draft.rows["number"].mask(differ))
    return Draft(rows[~rows.duplicated(names)], draft.problems)


def side_by_side(rows: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows with `names`, source_row, span and number → (one row per `names`, with its first
    source_row; people by span, missing where there is no record)."""
    number = rows.groupby(names, sort=False, dropna=False).ngroup()
    base = rows[[*names, "source_row"]].groupby(number).first().reset_index(drop=True)
    base["source_row"] = rows["source_row"].groupby(number).min()
    people = rows.assign(group=number).pivot(index="group", columns="span", values="number")
    return base, people.reset_index(drop=True)


def with_persons(
    base: pd.DataFrame, people: pd.DataFrame, when: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame, bool]:
    """Rows for persons below those of males and females, and whether any were added.

    Only where the file gives both sexes and no persons; missing where either sex is.
    """
    if set(base["sex"]) != {"male", "female"}:
        return base, people, False
    group = base.groupby(["area_code", *when], sort=False).ngroup()
    both = people.groupby(group).sum(min_count=2).set_axis(people.columns, axis=1)
    first = base.groupby(group).first().assign(sex="persons")
    stacked = pd.concat([people, both], ignore_index=True).set_axis(people.columns, axis=1)
    return pd.concat([base, first], ignore_index=True), stacked, True
