"""The figures of a run in the terminal: what matters first, in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from rich.markup import escape

from kernklant.cli.console import err, out, table
from kernklant.cli.words import language, t
from kernklant.engine.evaluation.formats import FORMATS, NOT_KNOWN

DUTCH = str.maketrans(",.", ".,")


def euros(amount: str | float | None) -> str:
    """Whole euros in the language of the command; a dash where nothing is known."""
    return FORMATS[language()].euros(amount)


def day(on: str | date | None) -> str:
    """A day in the language of the command; a dash where there is none."""
    return FORMATS[language()].day(on)


def exact(number: Decimal | int) -> str:
    """A number to its last decimal, as the language of the command writes it."""
    text = f"{number:,}"
    return text.translate(DUTCH) if language() == "nl" else text


def share(value: float | None) -> str:
    """A share as a whole percentage."""
    return NOT_KNOWN if value is None else f"{value:.0%}".replace("%", " %")


def show_summary(summary: dict[str, Any]) -> None:
    """Headline, segments, concentration, how sure: one screen."""
    from kernklant.engine.evaluation.headlines import headlines

    out.print()
    for sentence in headlines(summary):
        out.print(escape(sentence.to(language())), style="bold")
    out.print()
    _segments(summary)
    _certainty(summary)
    for warning in summary["warnings"]:
        err.print("! " + escape(warning[language()]), style="yellow")


def _segments(summary: dict[str, Any]) -> None:
    heads = [
        t("segment", "segment"),
        t("klanten>", "customers>"),
        t("omzet 12 m>", "revenue 12 m>"),
        t("bijdrage 12 m>", "contribution 12 m>"),
        t("klantwaarde>", "lifetime value>"),
        t("uren 12 m>", "hours 12 m>"),
    ]
    rows = [
        [
            letter,
            part["customers"],
            euros(part["revenue_12m"]),
            euros(part["contribution_12m"]),
            euros(part["clv"]),
            whole(part["hours_12m"]),
        ]
        for letter in ("A", "B", "C", "exit")
        if (part := summary["segments"][letter])["customers"]
    ]
    table(summary["rule"][language()], heads, rows)
    proposed = summary["segments"]["exit_proposed"]
    if proposed:
        out.print(
            t(
                f"Uitfaseren voorgesteld: {proposed} (kernklant report noemt ze).",
                f"Exit proposed: {proposed} (kernklant report names them).",
            )
        )


def whole(number: float | None) -> str:
    """A whole number in the language of the command; a dash where nothing is known."""
    return NOT_KNOWN if number is None else exact(round(number))


def _certainty(summary: dict[str, Any]) -> None:
    total, fit = summary["clv"], summary["fit"]
    out.print()
    out.print(
        t("Klantwaarde samen", "Lifetime value together")
        + f": {euros(total['total'])} ({euros(total['low'])} – {euros(total['high'])})"
    )
    model = (fit["model"] or NOT_KNOWN).upper()
    out.print(f"{t('Model', 'Model')}: {model} · {escape(fit['why'][language()])}")
    methods = ", ".join(f"{name} {count}" for name, count in summary["methods"].items())
    out.print(f"{t('Methoden', 'Methods')}: {escape(methods)}")
    seconds = sum(summary["seconds"].values())
    run = f" · {t('evaluatie', 'run')} {summary['run']}" if "run" in summary else ""
    out.print(
        f"{t('Peildatum', 'As of')} {day(summary['as_of'])}{run} · {seconds:.1f} s", style="dim"
    )


def show_customer(found: dict[str, Any]) -> None:
    """One customer: why he stands where he stands, then what it rests on and what would help."""
    known = [found["name"], found["customer_id"]]
    name = " · ".join(dict.fromkeys(escape(one) for one in known if one))
    worth = t("nog niet te zeggen", "not to be said yet")
    if found["clv"] is not None:
        worth = f"{euros(found['clv'])} ({euros(found['clv_low'])} – {euros(found['clv_high'])})"
    out.print(f"\\[{found['segment']}] {name}", style="bold")
    out.print(found["reasons"][language()], markup=False)
    out.print()
    out.print(f"{t('Klantwaarde', 'Lifetime value')}: {worth}")
    out.print("  " + escape(found[f"clv_reason_{language()}"]))
    _year(found)
    _criteria(found)
    _lines(t("Wat dit zou veranderen", "What would change this"), found["would_change"])
    _lines(t("Wat hem winstgevend zou maken", "What would make him profitable"), found["remedies"])
    out.print()
    out.print(
        f"{t('Peildatum', 'As of')} {day(found['as_of'])} · {t('evaluatie', 'run')} {found['run']}",
        style="dim",
    )


def _year(found: dict[str, Any]) -> None:
    cost, late = found["cost_to_serve_12m"], found["days_late"]
    out.print(
        f"{t('Omzet 12 maanden', 'Revenue 12 months')}: {euros(found['revenue_12m'])} · "
        f"{t('bediening', 'cost to serve')}: {euros(cost)} · "
        f"{t('bijdrage', 'contribution')}: {euros(found['contribution_12m'])}"
    )
    out.print(
        f"{t('Orders', 'Orders')}: {found['orders']} · {t('eerste', 'first')} "
        f"{day(found['first_order_on'])} · {t('laatste', 'last')} {day(found['last_order_on'])}"
    )
    if found["potential"] is not None:
        out.print(
            f"{t('Kan bij u nog besteden', 'Could still spend with you')}: "
            f"{euros(found['potential'])} {t('per jaar', 'a year')}"
        )
    if late is not None:
        out.print(
            t(
                f"Betaalt gemiddeld {whole(late)} dagen te laat · open: "
                f"{euros(found['open_amount'])}",
                f"Pays {whole(late)} days late on average · open: {euros(found['open_amount'])}",
            )
        )


def _criteria(found: dict[str, Any]) -> None:
    """The parts of the score, which add up to it."""
    if not found["points"]:
        return
    from kernklant.engine.segments.naming import named

    rows = [
        [
            named(part["name"]).to(language()),
            NOT_KNOWN if part["points"] is None else part["points"],
            NOT_KNOWN if part["most"] is None else part["most"],
        ]
        for part in found["points"]
    ]
    bounds = f"{whole(found['score_low'])} – {whole(found['score_high'])}"
    out.print()
    table(
        t(
            f"Score {found['score']} van 100 ({bounds}) · {share(found['evidence'])} bewijs · kans "
            f"op A {share(found['p_a'])}",
            f"Score {found['score']} of 100 ({bounds}) · {share(found['evidence'])} evidence · "
            f"chance of A {share(found['p_a'])}",
        ),
        [t("criterium", "criterion"), t("punten>", "points>"), t("hoogstens>", "at most>")],
        rows,
    )


def _lines(title: str, lines: list[dict[str, str]]) -> None:
    if lines:
        out.print()
        out.print(title, style="bold")
    for line in lines:
        out.print(f"  – {escape(line[language()])}")
