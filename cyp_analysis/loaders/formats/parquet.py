"""Parquet files → one sheet of text cells, kept by column."""

import re
from typing import TYPE_CHECKING

import numpy as np

from cyp_analysis.errors import SourceError
from cyp_analysis.loaders.formats import sheets
from cyp_analysis.loaders.formats.archive import Content
from cyp_analysis.loaders.formats.records import Records, stripped
from cyp_analysis.loaders.formats.sheets import Sheet

if TYPE_CHECKING:
    import pyarrow as pa

_INDEX = re.compile(r"__index_level_\d+__")
_CELLS_AT_MOST = 1 << 29
_FLAT = "Write each part of the nested columns to a column of its own, or save it as CSV."


def read_parquet(content: Content, limit: int | None) -> list[Sheet]:
    """The one sheet of a Parquet file: names, then a record for each row; whole floats without
    `.0`, days as 2024-03-31, nulls empty. SourceError if it is damaged, holds lists or records in
    its cells, or is larger than any table needs."""
    import pyarrow as pa
    from pyarrow import parquet

    source = content.path if content.data is None else pa.BufferReader(content.data)
    try:
        file = parquet.ParquetFile(source, page_checksum_verification=True)
        _refuse_too_large(content, file.metadata)
        names = _flat_names(content, file.schema_arrow)
        table = _rows(file, names, limit)
        if limit is None:
            _refuse_other_range(content, file, table)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        got = f"a file that does not open as one ({sheets.fault(error)})"
        rule = "must be a whole Parquet file"
        raise SourceError(content.path, rule, got, sheets.DOWNLOAD_AGAIN) from None
    columns = [_text(table.column(name)) for name in names]
    body = stripped(pa.table(columns, names=[str(i) for i in range(len(names))]))
    made = Records([names], body, {})
    filled = made.filled()
    kept = made if filled.all() else made.only(filled)
    return [Sheet("", (np.flatnonzero(filled) + 1), kept)]


def _rows(file, names: list[str], limit: int | None) -> "pa.Table":
    import pyarrow as pa

    if limit is None:
        return file.read(columns=names)
    first = next(file.iter_batches(max(limit, 1), columns=names), None)
    schema = pa.schema([file.schema_arrow.field(name) for name in names])
    return pa.Table.from_batches([first] if first is not None else [], schema)


def _refuse_other_range(content: Content, file, table: "pa.Table") -> None:
    """SourceError if a column of numbers has another smallest or largest one than the file itself
    says it has: most files carry no checksums, and overwritten bytes are figures too."""
    import pyarrow as pa
    import pyarrow.compute as pc

    metadata = file.metadata
    for place in range(metadata.num_columns):
        parts = [metadata.row_group(i).column(place) for i in range(metadata.num_row_groups)]
        name = parts[0].path_in_schema if parts else ""
        said = [part.statistics for part in parts]
        if name not in table.column_names or not all(s and s.has_min_max for s in said):
            continue
        kind = table.schema.field(name).type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            continue
        found = pc.min_max(table.column(name)).as_py()
        if found != {"min": min(s.min for s in said), "max": max(s.max for s in said)}:
            got = "a column of another range than the file says"
            rule = "must be a whole Parquet file"
            raise SourceError(content.path, rule, got, sheets.DOWNLOAD_AGAIN)


def _refuse_too_large(content: Content, metadata) -> None:
    groups = range(metadata.num_row_groups)
    unpacked = sum(metadata.row_group(i).total_byte_size for i in groups)
    cells = metadata.num_rows * max(metadata.num_columns, 1)
    if unpacked > 2 * sheets.UNPACKED_BYTES or cells > _CELLS_AT_MOST:
        got = f"{metadata.num_rows:,} rows of {metadata.num_columns} columns"
        raise sheets.too_large(content.path, got)


def _flat_names(content: Content, schema) -> list[str]:
    """Names of the columns, a mere index aside; SourceError for nested or doubled ones."""
    import pyarrow as pa

    nested = [f"`{field.name}`" for field in schema if pa.types.is_nested(field.type)]
    if nested:
        got = f"lists or records in {', '.join(nested[:8])}"
        raise SourceError(content.path, "each cell must hold one figure or text", got, _FLAT)
    names = [name for name in schema.names if not _INDEX.fullmatch(name)]
    if len(set(names)) < len(names):
        doubled = next(name for name in names if names.count(name) > 1)
        rule = "each column must have a name of its own"
        raise SourceError(content.path, rule, f"`{doubled}` twice", sheets.SAVE_AS_CSV)
    if not names:
        raise sheets.empty(content.path, "a Parquet file without columns")
    return names


def _text(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    """A column as texts, each different one once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
    column = column.combine_chunks().dictionary_encode(null_encoding="encode")
    whole = pa.chunked_array([column]) if isinstance(column, pa.Array) else column
    parts = [
        pa.DictionaryArray.from_arrays(pc.cast(chunk.indices, pa.int32()), _texts(chunk.dictionary))
        for chunk in whole.chunks
    ]
    return pa.chunked_array(parts, type=pa.dictionary(pa.int32(), pa.string()))


def _texts(values: "pa.Array") -> "pa.Array":
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type):
        return pa.array(["" if v is None else _decoded(v) for v in values.to_pylist()], pa.string())
    if pa.types.is_timestamp(values.type):
        texts = pc.strftime(values.cast(pa.timestamp("us")), "%Y-%m-%d %H:%M:%S")
        texts = pc.replace_substring_regex(texts, r"( 00:00:00)?(\.0+)?$", "")
    elif pa.types.is_null(values.type):
        texts = pa.nulls(len(values), pa.string())
    else:
        texts = pc.cast(values, pa.string())
        if pa.types.is_decimal(values.type):
            texts = pc.replace_substring_regex(texts, r"\.0+$", "")
    return pc.fill_null(texts, "")


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return "(bytes)"
