"""The tables of an edition and their columns: what a build writes and a chapter reads.

`indicators`, `comparisons` and `differences` come first; every other table is derived from them,
from the registers and from the catalogue. A table is a Parquet file of its name.
"""

from cyp_analysis.schema import COMPARISON_COLUMNS, DIFFERENCE_COLUMNS, INDICATOR_COLUMNS

# Registers are lists in words (actions, risks, objectives …): one Parquet file for each kind.
REGISTERS = "registers"
REGISTER_COLUMNS = ["area_code", "source_id", "source_published", "source_row", "source_file"]

TABLES: dict[str, list[str]] = {
    "indicators": INDICATOR_COLUMNS,
    "comparisons": COMPARISON_COLUMNS,
    "differences": DIFFERENCE_COLUMNS,
}
