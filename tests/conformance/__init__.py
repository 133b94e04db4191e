"""Every .sql text of the engine gives equal values on DuckDB, old and new, and on Spark."""
