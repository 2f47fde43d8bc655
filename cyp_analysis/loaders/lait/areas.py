"""Areas as the Local Authority Interactive Tool names them: by name and by three-digit number."""

from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from cyp_analysis import geography
from cyp_analysis.errors import AreaError
from cyp_analysis.loaders.columns import constant, meant, spread
from cyp_analysis.loaders.headers import key
from cyp_analysis.loaders.table import Draft


def with_codes(draft: Draft, rules: dict[str, dict]) -> Draft:
    """`area_code` from `number` and `area_name`, and `category` for England's second kind.

    Rows of statistical neighbours and of areas not known are left out, told once for each area;
    so are those whose name and number are of different areas.
    """
    england = {key(name): kind for name, kind in rules["england"].items()}
    rows = draft.rows
    number = rows["number"] if "number" in rows else constant("", rows.index)
    group, first = different_pairs(rows["area_name"], number)
    found, wrong = _codes(first, england, rules)
    kinds = {name: england.get(key(name), "") for name in rows["area_name"].unique()}
    codes, bad = (spread(pd.Series(t, dtype="str"), group, rows.index) for t in (found, wrong))
    category = meant(rows["area_name"], kinds)
    draft = Draft(rows.assign(area_code=codes, category=category), draft.problems)
    for reason in filter(None, dict.fromkeys(wrong)):
        draft = draft.leave_out_together(bad.loc[draft.rows.index] == reason, reason)
    return draft


def different_pairs(
    first: pd.Series, second: pd.Series
) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """The place of each row's pair of texts in the list of the different pairs, and that list."""
    ones, of_first = pd.factorize(first)
    twos, of_second = pd.factorize(second)
    group, pairs = pd.factorize(ones * max(len(of_second), 1) + twos)
    places = (divmod(pair, len(of_second)) for pair in pairs.tolist())
    return group, [(of_first[one], of_second[two]) for one, two in places]


def _codes(
    pairs: list[tuple[str, str]], england: dict[str, str], rules: dict[str, dict]
) -> tuple[list[str], list[str]]:
    """The code of each pair, by its number first, and why it cannot be used ("" if it can)."""
    by_number = geography.codes_from_dfe(pd.Series([number for _, number in pairs], dtype="str"))
    known = geography.areas().query("end.isna()").set_index("name")["code"].to_dict()
    found, wrong = [], []
    for (name, number), code in zip(pairs, by_number, strict=True):
        by_name = known.get(name) or area_code("England" if key(name) in england else name)
        found.append(code or by_name)
        wrong.append(_no_area((name, number), found[-1], by_name, rules))
    return found, wrong


def area_code(name: str) -> str:
    """The code of an area by its name, empty if there is none of that name."""
    try:
        return geography.area(name).code if name else ""
    except AreaError:
        return ""


def is_neighbours(name: str, rules: dict[str, dict]) -> bool:
    """Whether a name stands for the mean of the statistical neighbours, not for an area."""
    return any(fnmatchcase(key(name), word) for word in rules["neighbours"]["names"])


def _no_area(pair: tuple[str, str], code: str, by_name: str, rules: dict[str, dict]) -> str:
    name, number = pair
    if is_neighbours(name, rules):
        return "statistical neighbours: a mean of other areas, not an area"
    if not code:
        return f"area `{' '.join(filter(None, pair))}` is not in data/reference/areas.csv"
    if by_name and by_name != code:
        return f"area `{name}` does not have the number {number}"
    return ""
