"""Which authorities an area is set beside as a group: neighbours, its region, groups of its own.

A group is a list of authorities; `uses` says which area is set beside which group and what that
group is called there. The published lists are data and are not worked out again.
"""

import pandas as pd

from cyp_analysis import geography
from cyp_analysis.area_tables import NEIGHBOUR_FILE, read_table, reference_folder
from cyp_analysis.errors import SchemaError

GROUP_FILE = "comparator_groups.csv"
NEIGHBOURS, REGION_TOGETHER, SUBREGION_TOGETHER = (
    "statistical_neighbours",
    "region_authorities",
    "subregion_authorities",
)
MODELS = {
    "dfe_childrens_services": "DfE children's services statistical neighbours",
    "cipfa": "CIPFA nearest neighbours",
}
MEMBER_COLUMNS = ["group_id", "member_code"]
USE_COLUMNS = ["area_code", "group_id", "comparator_id", "comparator_name", "model"]


def groups() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Members (one row = group × authority) and uses (one row = area × group it is set beside)."""
    parts = [_neighbours(), *_together(), _custom()]
    members, uses = (pd.concat(each, ignore_index=True) for each in zip(*parts, strict=True))
    return members[MEMBER_COLUMNS], uses[USE_COLUMNS]


def _neighbours() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The list of each authority in the latest year of each model."""
    needed = ("model", "year", "area_code", "neighbour_code")
    rows = read_table(reference_folder(), NEIGHBOUR_FILE, needed)[list(needed)]
    newest = rows.groupby(["model", "area_code"])["year"].transform("max")
    rows = rows[rows["year"] == newest]
    rows = rows.assign(group_id=rows["model"] + ":" + rows["area_code"])
    rows = rows.rename(columns={"neighbour_code": "member_code"})
    named = rows["model"].map(model_words) + ", " + rows["year"]
    uses = rows.assign(
        comparator_id=_neighbour_ids(rows["model"]),
        comparator_name=_neighbour_names(rows["model"]),
        model=named,
    )
    return rows[MEMBER_COLUMNS], uses[USE_COLUMNS].drop_duplicates()


def _neighbour_ids(models: pd.Series) -> pd.Series:
    """One model is "the" neighbours, those that `geography.neighbours` names if the file has them;
    another one carries its own name."""
    return (NEIGHBOURS + ":" + models).where(models != _the_model(models), NEIGHBOURS)


def _neighbour_names(models: pd.Series) -> pd.Series:
    """What readers call them; two models are not to be mistaken for one another."""
    own = {model: f"Neighbours ({model_words(model)})" for model in models.unique()}
    return models.map(own).where(models != _the_model(models), "Statistical neighbours")


def _the_model(models: pd.Series) -> str:
    known = list(models.unique())
    usual = next(iter(MODELS))
    return usual if usual in known or not known else known[0]


def model_words(model: str) -> str:
    """A model's id as readers know it: "DfE children's services statistical neighbours"."""
    return MODELS.get(model, model.replace("_", " "))


def _together() -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """All authorities of each region, and of each part of a region, as one."""
    areas = geography.areas()
    areas = areas[areas["level"] == "authority"]
    made = []
    for column, comparator in (
        ("region_code", REGION_TOGETHER),
        ("subregion_code", SUBREGION_TOGETHER),
    ):
        inside = areas[areas[column] != ""]
        rows = pd.DataFrame(
            {
                "area_code": inside["code"],
                "member_code": inside["code"],
                "group_id": inside[column],
                "comparator_id": comparator,
                "comparator_name": "All authorities of " + inside[column].map(geography.name),
                "model": "",
            }
        )
        made.append((rows[MEMBER_COLUMNS], rows[USE_COLUMNS]))
    return made


def _custom() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Groups that the project's own file lists; each is shown to every authority in it."""
    path = reference_folder() / GROUP_FILE
    columns = ("group_id", "name", "area_code")
    if not path.is_file():
        return pd.DataFrame(columns=MEMBER_COLUMNS), pd.DataFrame(columns=USE_COLUMNS)
    rows = read_table(reference_folder(), GROUP_FILE, columns)[list(columns)]
    _check_custom(rows, path)
    rows = rows.rename(columns={"name": "comparator_name"}).assign(
        comparator_id="group:" + rows["group_id"], model="", member_code=rows["area_code"]
    )
    rows = rows.assign(group_id=rows["comparator_id"])
    return rows[MEMBER_COLUMNS], rows[USE_COLUMNS]


def _check_custom(rows: pd.DataFrame, path: object) -> None:
    """SchemaError for an area that is no authority, stands twice, or a group of two names."""
    levels = geography.areas().set_index("code")["level"]
    wrong = rows.loc[rows["area_code"].map(levels) != "authority", "area_code"].tolist()
    if wrong:
        rule, action = "`area_code` must be an upper-tier authority", "`cyp list areas` shows them."
        raise SchemaError(path, rule, wrong[:3], action)
    twice = rows.loc[rows.duplicated(["group_id", "area_code"]), "area_code"].tolist()
    if twice:
        raise SchemaError(path, "must have an area once in a group", twice[:3], "Delete one row.")
    names = rows.groupby("group_id")["name"].nunique()
    if (names > 1).any():
        got = names.index[names > 1].tolist()
        raise SchemaError(path, "must give a group one name", got[:3], "Use the same name.")
