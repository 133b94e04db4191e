"""The figures of a run in the terminal: what matters first, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rich.markup import escape

from kernklant.cli.console import err, out, table
from kernklant.cli.words import language, t

NOT_KNOWN = "–"
DUTCH = str.maketrans(",.", ".,")


def euros(amount: str | float | None) -> str:
    """Whole euros in the language of the command; a dash where nothing is known."""
    if amount is None:
        return NOT_KNOWN
    text = f"{float(amount):,.0f}"
    return "€ " + (text.replace(",", ".") if language() == "nl" else text)


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
        t("segment (voorlopig)", "segment (provisional)"),
        t("klanten>", "customers>"),
        t("omzet 12 m>", "revenue 12 m>"),
        t("bijdrage 12 m>", "contribution 12 m>"),
        t("klantwaarde>", "lifetime value>"),
    ]
    rows = [
        [
            letter,
            part["customers"],
            euros(part["revenue_12m"]),
            euros(part["contribution_12m"]),
            euros(part["clv"]),
        ]
        for letter in ("A", "B", "C")
        if (part := summary["segments"][letter])["customers"]
    ]
    table(summary["rule"][language()], heads, rows)


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
    out.print(f"{t('Peildatum', 'As of')} {summary['as_of']}{run} · {seconds:.1f} s", style="dim")


def show_customer(found: dict[str, Any]) -> None:
    """One customer: the lead sentence, then what it rests on."""
    name = found["name"] or found["customer_id"]
    worth = t("nog niet te zeggen", "not to be said yet")
    if found["clv"] is not None:
        worth = f"{euros(found['clv'])} ({euros(found['clv_low'])} – {euros(found['clv_high'])})"
    out.print(
        f"\\[{found['segment']}] {escape(name)} · {escape(found['customer_id'])}", style="bold"
    )
    out.print(f"{t('Klantwaarde', 'Lifetime value')}: {worth}")
    out.print(
        "  " + escape(found["clv_reason_nl"] if language() == "nl" else found["clv_reason_en"])
    )
    out.print(
        f"{t('Omzet 12 maanden', 'Revenue 12 months')}: {euros(found['revenue_12m'])} · "
        f"{t('bijdrage', 'contribution')}: {euros(found['contribution_12m'])}"
    )
    out.print(
        f"{t('Orders', 'Orders')}: {found['orders']} · {t('eerste', 'first')} "
        f"{found['first_order_on'] or NOT_KNOWN} · {t('laatste', 'last')} "
        f"{found['last_order_on'] or NOT_KNOWN}"
    )
    out.print(
        f"{t('Peildatum', 'As of')} {found['as_of']} · {t('evaluatie', 'run')} {found['run']}",
        style="dim",
    )
