"""From contact to care: how many cases each stage had in one period, and how many it passed on.

Two ways of reading a share are kept apart. A *part* was counted by the source out of the stage it
belongs to. Other stages are different children: their ratio compares two numbers of one period,
and is no chance that a child moves on.
"""

import numpy as np
import pandas as pd

from cyp_analysis import service_catalogue
from cyp_analysis.build.derived import Inputs
from cyp_analysis.build.flows_figures import with_kind
from cyp_analysis.methods import wilson_interval
from cyp_analysis.schema import SOURCE_COLUMNS

PERIOD = ["area_code", "period_start", "period_end"]
_KEPT = ["figure", *PERIOD, "period_label", "kind", "count", *SOURCE_COLUMNS]


def safe_figures(inputs: Inputs) -> pd.DataFrame:
    """`figure` (id of an indicator or code of a local measure) → its counts, after disclosure
    control: one row = figure × area × period, without rows of a category unless it has but one."""
    indicators = inputs.indicators.rename(columns={"indicator_id": "measure"})
    whole = (indicators["category_type"] == "") & (indicators["sex"] == "persons")
    local = inputs.tables["service_figures"]
    local = local[(local["sex"] == "persons") & only_one_category(local)]
    frames = [
        table.rename(columns={"measure": "figure"})[_KEPT]
        for table in (with_kind(indicators[whole]), local)
    ]
    rows = pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)
    return rows[rows["count"].notna()].drop_duplicates(["figure", *PERIOD])


def only_one_category(rows: pd.DataFrame) -> pd.Series:
    """True for whole figures, and for a measure that consists of one category."""
    number = rows.groupby(["area_code", "measure"])["category"].transform("nunique")
    return (rows["category_type"] == "") | (number == 1)


def build_flows(inputs: Inputs) -> pd.DataFrame:
    """One row = area × flow × period × stage with its count, the stage it is set against, and the
    share, of a part with its 95% interval (a ratio of unlike stages has none)."""
    figures = safe_figures(inputs)
    made = [
        _with_shares(_stages(figures, flow), flow) for flow in service_catalogue.flows().values()
    ]
    return pd.concat(made, ignore_index=True)


def _stages(figures: pd.DataFrame, flow: service_catalogue.Flow) -> pd.DataFrame:
    """The figures of a flow's stages: the first of a stage's figures that an area has."""
    wanted = [
        (figure, stage.id, stage.name, stage.part_of, order, choice)
        for order, stage in enumerate(flow.stages)
        for choice, figure in enumerate(stage.figures)
    ]
    columns = ["figure", "stage_id", "stage_name", "part_of", "place", "choice"]
    listed = pd.DataFrame(wanted, columns=columns)
    rows = figures[figures["kind"] == flow.kind].merge(listed, on="figure")
    rows = rows.sort_values([*PERIOD, "place", "choice"], kind="stable")
    rows = rows.drop_duplicates([*PERIOD, "stage_id"])
    several = rows.groupby(PERIOD)["part_of"].transform(lambda of: (of == "").sum()) > 1
    return rows[several].assign(flow_id=flow.id, flow_title=flow.title)


def _with_shares(rows: pd.DataFrame, flow: service_catalogue.Flow) -> pd.DataFrame:
    """Each stage against the one it is part of, else against the last whole stage before it."""
    whole = rows["part_of"] == ""
    before = rows["stage_id"].where(whole)
    before = before.groupby([rows[name] for name in PERIOD]).ffill()
    before = before.groupby([rows[name] for name in PERIOD]).shift()
    against = rows["part_of"].mask(whole, before)
    base = rows[[*PERIOD, "stage_id", "stage_name", "count"]]
    base = base.set_axis([*PERIOD, "against", "of_stage", "of_count"], axis=1)
    joined = rows.assign(against=against.astype("str")).merge(
        base, on=[*PERIOD, "against"], how="left", validate="many_to_one"
    )
    return _with_interval(joined.assign(is_part=joined["part_of"] != ""))


def _with_interval(rows: pd.DataFrame) -> pd.DataFrame:
    """Percentage of the other stage; Wilson limits for a part that does not exceed its whole."""
    count, base = rows["count"], rows["of_count"].where(rows["of_count"] > 0)
    inside = rows["is_part"] & (count <= base)
    lower, upper = wilson_interval(
        count.where(inside).to_numpy(float), base.where(inside).to_numpy(float)
    )
    return rows.assign(
        share=100 * count / base,
        lower_ci_95=100 * np.asarray(lower),
        upper_ci_95=100 * np.asarray(upper),
        of_stage=rows["of_stage"].fillna(""),
    )
