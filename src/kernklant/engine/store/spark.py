"""The same .sql text on Spark, for ledgers past one machine.

Nothing is imported at the top but the standard library: a Spark driver needs neither DuckDB
nor Delta to run what was translated elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def translate(query: str) -> str:
    """A query in DuckDB's dialect as Spark SQL.

    Translation alone proves nothing: every mart is also run on both engines in the tests.
    """
    import sqlglot

    return sqlglot.transpile(query, read="duckdb", write="spark", pretty=True)[0] + "\n"


def run(session: SparkSession, query: str, *, tables: Mapping[str, Sequence[Path]]) -> DataFrame:
    """Run Spark SQL over Parquet files that go by these table names."""
    for name, files in tables.items():
        session.read.parquet(*map(str, files)).createOrReplaceTempView(name)
    return session.sql(query)
