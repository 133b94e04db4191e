"""The report of a run: one HTML page that needs nothing else, in Dutch or English."""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import cache
from importlib.metadata import version
from typing import Any, Protocol

import pyarrow as pa
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kernklant.engine.errors import Lang
from kernklant.engine.evaluation import report_pictures as pictures
from kernklant.engine.evaluation import report_sections as sections
from kernklant.engine.evaluation.formats import FORMATS
from kernklant.engine.evaluation.headlines import headlines
from kernklant.engine.evaluation.missing import missing
from kernklant.engine.evaluation.report_division import Divided, division_view
from kernklant.engine.evaluation.report_texts import words


class Reportable(Divided, Protocol):
    """What the report reads of an answer."""

    @property
    def as_of(self) -> date: ...


def render_report(answer: Reportable, names: pa.Table, *, lang: Lang) -> str:
    """The report as one HTML text without scripts or outside addresses.

    ``names``: customer, source_no, name; a run holds no names, so they come from now. Every
    text from outside is escaped and kept in its own writing direction.
    """
    return (
        _templates()
        .get_template("report.html")
        .render(lang=lang, version=version("kernklant"), **_view(answer, names, lang=lang))
    )


def _view(answer: Reportable, names: pa.Table, *, lang: Lang) -> dict[str, Any]:
    say, form, summary = words(lang), FORMATS[lang], answer.summary
    spread = summary["concentration"]
    costed = spread["contribution_12m"] is not None
    first, *others = (sentence.to(lang) for sentence in headlines(summary))
    return {
        "say": say,
        "summary": summary,
        "as_of": form.day(answer.as_of),
        "headline": first,
        "deck": others,
        "figures": sections.key_figures(summary, say, form),
        "share_picture": pictures.share_picture(spread["revenue_12m"], say, form),
        "whale_picture": pictures.whale_picture(spread["contribution_12m"], say, form),
        "spread": sections.spread_rows(spread, say, form) if answer.customers.num_rows else [],
        "luck": sections.luck(summary["fit"], say, form),
        "rules": sections.rules_sentence(summary, say, form),
        "classes_picture": pictures.classes_picture(answer.customers, say, form),
        "best": sections.best_customers(answer.customers, names, say=say, form=form),
        "costed": costed,
        "division": division_view(answer, names, say=say, form=form),
        "methods": sections.method_rows(summary, form),
        "fit": sections.fit_rows(summary["fit"], say, form),
        "spend": sections.spend_rows(summary["spend"], say, form),
        "holdout": sections.holdout_rows(summary["holdout"], say, form),
        "holdout_lead": sections.holdout_sentence(summary["holdout"], say, form),
        "data": sections.data_rows(summary, say, form),
        "missing": missing(summary, named=names["name"].null_count < names.num_rows),
    }


def isolated(text: str) -> Markup:
    """A text from outside, escaped, alone in its direction, without invisible commands.

    Control and direction signs (U+202E and its kin) could make a name look like another.
    """
    seen = "".join(" " if _steers(sign) else sign for sign in text)
    return Markup("<bdi>{}</bdi>").format(seen.strip())


def _steers(sign: str) -> bool:
    return unicodedata.category(sign) == "Cc" or unicodedata.bidirectional(sign) in DIRECTIONS


DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("kernklant.engine.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["isolated"] = isolated
    return environment
