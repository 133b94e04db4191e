"""Runs in Spark's own environment: answers every query of a job file, in one session."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession


def load(path: str):
    """The module under test by its file: its package needs what is not installed here."""
    spec = importlib.util.spec_from_file_location("spark_under_test", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(job_file: str) -> None:
    job = json.loads(Path(job_file).read_text(encoding="utf-8"))
    engine = load(job["module"])
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    for question in job["questions"]:
        answer = engine.run(session, question["query"], tables=question["tables"])
        answer.coalesce(1).write.parquet(question["out"])
    session.stop()


if __name__ == "__main__":
    main(sys.argv[1])
