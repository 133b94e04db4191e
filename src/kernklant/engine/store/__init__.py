"""Where facts lie; the only folder that names Delta, DuckDB or Spark."""
