"""The demo companies: written as files, imported, evaluated and reported like anybody's own."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kernklant.cli.console import counting, out, remark, steps
from kernklant.cli.figures import show_summary
from kernklant.cli.words import language, t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernklant.demo.files import DeliveredFile

MARK = ".kernklant-demo"
# The files of De Vries Techniek end on 30 September 2026.
QUARTERS_BEFORE = (date(2026, 3, 31), date(2026, 6, 30))


def build_all(homes: Path) -> None:
    """Both companies: real (CDNOW) and invented (De Vries Techniek); built anew each time."""
    from kernklant.demo.cdnow import delivered
    from kernklant.demo.company import policy_text, write_company

    with tempfile.TemporaryDirectory(prefix="kernklant-demo-") as folder:
        build(homes / "cdnow", "CDNOW", delivered())
        company = write_company(Path(folder))
        home = homes / "de-vries-techniek"
        policy = policy_text()
        build(home, "De Vries Techniek", company.files, policy=policy, before=QUARTERS_BEFORE)


def build(
    home: Path,
    name: str,
    files: Sequence[DeliveredFile],
    *,
    policy: str | None = None,
    before: Sequence[date] = (),
) -> None:
    """One company: home emptied, files imported, evaluated, reported in both languages.

    ``policy``: the text of a policy of its own, left in the home; None is the default. ``before``:
    earlier days to evaluate first, so that there are moves to tell.
    """
    from kernklant.cli.decide import POLICY_NAME, policy_of
    from kernklant.engine.evaluation.publish import evaluate_home
    from kernklant.engine.ledger.facts import open_home

    out.rule(name, align="left")
    _empty(home)
    if policy is not None:
        (home / POLICY_NAME).write_text(policy, encoding="utf-8")
    store = open_home(home, create=True)
    for file in files:
        _import(store, file)
    own = home / POLICY_NAME
    for as_of in (*before, None):
        with steps() as progress:
            summary = evaluate_home(
                store, policy_of(home, None), as_of=as_of, own_policy=own, progress=progress
            )
    show_summary(summary)
    _report(store, home)


def _empty(home: Path) -> None:
    """Only a folder that an earlier demo made is removed."""
    from kernklant.engine.errors import Text, UserError

    if home.exists():
        if not (home / MARK).exists():
            raise UserError(
                Text(f"{home} is geen demomap.", f"{home} is no demo folder."),
                Text("Kies een andere map met --homes.", "Choose another folder with --homes."),
            )
        shutil.rmtree(home)
    home.mkdir(parents=True)
    (home / MARK).touch()


def _import(store: object, file: DeliveredFile) -> None:
    from kernklant.engine.ledger.imports import ImportRequest, import_file

    request = ImportRequest(path=file.path, dataset=file.dataset, mapping=file.mapping or {})
    with counting() as progress:
        receipts = import_file(store, request, progress=progress)  # type: ignore[arg-type]
    for receipt in receipts:
        remark(
            f"{receipt.file_name} → {receipt.dataset}: "
            + t(
                f"{receipt.rows_accepted} nieuw, {receipt.rows_rejected} geweigerd",
                f"{receipt.rows_accepted} new, {receipt.rows_rejected} refused",
            )
        )


def _report(store: object, home: Path) -> None:
    from kernklant.engine.evaluation.publish import report_of

    for lang in ("nl", "en"):
        file = home / f"report-{lang}.html"
        file.write_text(report_of(store, run=None, lang=lang), encoding="utf-8")  # type: ignore[arg-type]
        if lang == language():
            out.print(f"{t('Rapport', 'Report')}: {file}", markup=False)
    out.print()
