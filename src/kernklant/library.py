"""The loop from Python: frames in, customers with their worth out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from kernklant.engine.errors import Lang
    from kernklant.engine.evaluation.run import Answer


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation says; ``customers`` has the columns of `kernklant export customers`."""

    answer: Answer
    names: pa.Table
    lang: Lang = "nl"

    @property
    def customers(self) -> pa.Table:
        """One row per customer, an Arrow table (``.to_pandas()``, ``polars.from_arrow``)."""
        from kernklant.engine.evaluation.tables import named_customers

        return named_customers(self.answer, self.names, self.lang)

    def table(self, what: str) -> pa.Table:
        """One of the tables of `kernklant export`: points, groups, prospects, remedies, moves."""
        from kernklant.engine.evaluation.tables import TABLES

        return TABLES[what](self.answer, self.names, self.lang)

    @property
    def segments(self) -> dict[str, Any]:
        """Customers, revenue, contribution and lifetime value per segment."""
        return dict(self.answer.summary["segments"])

    @property
    def summary(self) -> dict[str, Any]:
        """All figures of the whole, as `kernklant evaluate --json` prints them."""
        return {**self.answer.summary, "seconds": self.answer.seconds}

    def report(self, lang: Lang = "nl") -> str:
        """The report as one HTML page that needs nothing else."""
        from dataclasses import replace

        from kernklant.engine.evaluation.report import render_report

        return render_report(replace(self.answer, summary=self.summary), self.names, lang=lang)


def evaluate(
    sales: Any,
    customers: Any = None,
    *,
    policy: str | Path | None = None,
    as_of: date | None = None,
    mapping: Mapping[str, str] | None = None,
    lang: Lang = "nl",
    **others: Any,
) -> Evaluation:
    """Value customers from frames in memory; nothing is written.

    ``sales``, ``customers`` and ``others``, every other table by its name (activities, payments,
    ratings, wallets, flags …): anything with an Arrow interface (pandas, polars, pyarrow,
    duckdb). Columns are recognised as in files; ``mapping`` says FIELD -> column where they are
    not. ``policy``: the text or the path of a policy document. ``lang``: of the column
    ``reasons``. Raises ImportRefused with the reasons when rows cannot be read.
    """
    from kernklant.engine.evaluation.question import Question
    from kernklant.engine.evaluation.run import evaluate as run
    from kernklant.engine.evaluation.tables import names_of
    from kernklant.engine.ledger.frames import from_frames

    store = from_frames(sales, customers, mapping=mapping or {}, **others)
    answer = run(store, Question(policy=_policy(policy), as_of=as_of))
    return Evaluation(answer, names_of(store), lang)


def _policy(policy: str | Path | None) -> Any:
    from pathlib import Path

    from kernklant.engine.segments.policy import default_policy, read_policy

    if policy is None:
        return default_policy()
    if isinstance(policy, Path):
        return read_policy(policy.read_text(encoding="utf-8"), name=policy.name)
    return read_policy(policy, name="policy")
