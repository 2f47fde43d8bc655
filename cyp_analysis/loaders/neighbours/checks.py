"""Whether a list of neighbours is one: each authority has its number of others, all different."""

import pandas as pd

from cyp_analysis.loaders.table import Draft, problem_table

LIST = ["model", "year", "area_code"]


def checked(draft: Draft, models: dict[str, dict]) -> Draft:
    """Without places that name the authority itself, or one again, or a place again; each told,
    and so is every authority that then has another number of neighbours than its model gives."""
    draft = _one_by_one(draft)
    lists = draft.rows.groupby(LIST, sort=False, as_index=False).agg(
        line=("source_row", "min"), places=("rank", "size")
    )
    given = lists["model"].map({name: spec["neighbours"] for name, spec in models.items()})
    lists = lists.assign(given=given)[given.notna() & (lists["places"] != given)]
    told = [
        (line, f"{code} has {places} neighbours where the model gives {given:.0f}")
        for line, code, places, given in zip(
            lists["line"], lists["area_code"], lists["places"], lists["given"], strict=True
        )
    ]
    problems = pd.concat([draft.problems, problem_table(told)], ignore_index=True)
    return Draft(draft.rows, problems)


def _one_by_one(draft: Draft) -> Draft:
    rows = draft.rows
    itself = rows["area_code"] == rows["neighbour_code"]
    draft = draft.leave_out(itself, rows["area_code"] + " is given as its own neighbour")
    rows = draft.rows
    again = rows.duplicated([*LIST, "neighbour_code"])
    why = rows["neighbour_code"] + " is twice a neighbour of " + rows["area_code"]
    draft = draft.leave_out(again, why)
    rows = draft.rows
    taken = rows.duplicated([*LIST, "rank"])
    why = rows["area_code"] + " has two neighbours in place " + rows["rank"].astype("str")
    return draft.leave_out(taken, why)
