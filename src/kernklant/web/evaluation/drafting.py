"""What the pages of a draft have in common: saving it, and telling what it would change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest

from kernklant.engine.errors import PolicyInvalid, Text, UserError
from kernklant.web.base.access import may, member_of, sees_all, sight
from kernklant.web.base.models import Member
from kernklant.web.base.models.jobs import State
from kernklant.web.base.rights import Right
from kernklant.web.base.settings_of import company
from kernklant.web.evaluation import sureness
from kernklant.web.evaluation.actions import preview_at_once
from kernklant.web.evaluation.effects import effect_of, trial_of
from kernklant.web.evaluation.forms import Cell
from kernklant.web.evaluation.previewing import basis_now
from kernklant.web.ledger.models import Customer
from kernklant.web.ledger.search import search
from kernklant.web.segments.in_force import EXIT, INTO_A, OUT_OF_A
from kernklant.web.value.actions import change_draft, mark_of
from kernklant.web.value.forms import Adopt
from kernklant.web.value.models import Policy, Preview

IN_FORCE = Text(
    "Vastgesteld: het beleid is nu {version}. De evaluatie die erbij hoort, is gevraagd.",
    "Adopted: the policy is now {version}. The evaluation that goes with it was asked for.",
)
MOST_FOUND = 12


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a draft: line and what stands there ("" and 0 where it is absent)."""

    line: int
    there: str
    path: str
    what: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a draft was not kept."""

    what: Text
    remedy: Text
    faults: list[Fault]


def draft_or_404(pk: int) -> Policy:
    """A draft; what was adopted is one no more."""
    found = Policy.objects.select_related("made_by", "based_on").filter(pk=pk, number=None).first()
    if found is None:
        raise Http404
    return found


def changed(
    by: Member, draft: Policy, form: forms.Form, *, text: Callable[[], str]
) -> Refusal | None:
    """Keep what was filled in and answer what it would change; else why not."""
    told = form.cleaned_data
    written = ""
    try:
        written = text()
        kept = change_draft(
            by=by, draft=draft, text=written, title=told["title"], seen=told["seen"]
        )
    except PolicyInvalid as invalid:
        return Refusal(invalid.what, invalid.remedy, _faults(invalid, written))
    except UserError as why:
        return Refusal(why.what, why.remedy, [])
    preview_at_once(by=by, draft=kept)
    return None


def effect(request: HttpRequest, draft: Policy) -> dict[str, Any]:
    """What a draft would change, within the member's reach, for a template."""
    member = member_of(request)
    preview = Preview.objects.filter(draft=draft).select_related("asked_by").first()
    told: dict[str, Any] = {
        "draft": draft,
        "preview": preview,
        "current": preview is not None and preview.answers(draft.text, basis_now()),
        "sees_all": sees_all(member, Right.DRAFT_POLICY),
        "may_adopt": may(member, Right.ADOPT_POLICY),
        "adopt": Adopt(initial={"seen": mark_of(draft.text)}),
        "opens_customers": may(member, Right.CUSTOMER),
    }
    if preview is None or preview.state != State.DONE:
        return told
    old, new, number = Cell(request.GET).asked()
    found = effect_of(preview, member)
    page, moved = found.page(member, old=old, new=new, number=number)
    told |= {"effect": found, "moved": page, "movers": moved, "sway": _sway(preview, member)}
    signed = company().sign_off
    told["signed"] = [kind for kind in (INTO_A, OUT_OF_A) if kind in signed]
    told["exits_signed"] = EXIT in signed
    return told


def trial(request: HttpRequest, draft: Policy, asked: str) -> dict[str, Any]:
    """One customer under the draft: who is meant, and what becomes of him."""
    told: dict[str, Any] = {"asked": asked, "found": []}
    if not asked:
        return told
    member = member_of(request)
    rows, see = Customer.objects.within(member, Right.DRAFT_POLICY), sight(member, own=True)
    found = search(rows, asked, number="number", name="name", see=see)[:MOST_FOUND]
    chosen = [one for one in found if one.source_no == asked.strip()] or found
    told["found"] = [(one, one.told(see)) for one in found]
    preview = Preview.objects.filter(draft=draft, state=State.DONE).first()
    if len(chosen) == 1 and preview is not None:
        told |= {
            "who": chosen[0],
            "name": chosen[0].told(see),
            "trial": trial_of(preview, chosen[0].number),
        }
    return told


def _sway(preview: Preview, member: Member) -> Text | None:
    """How sure A is under the draft, for who sees everybody."""
    sensitivity = preview.summary["sensitivity"]
    if not (sees_all(member, Right.DRAFT_POLICY) and sensitivity and sensitivity.get("draws")):
        return None
    return sureness.sway_in_words(sensitivity)


def _faults(invalid: PolicyInvalid, written: str) -> list[Fault]:
    lines = written.replace("\r\n", "\n").split("\n")
    return [
        Fault(
            line if written else 0,
            lines[line - 1].strip() if written and 0 < line <= len(lines) else "",
            path,
            what,
            remedy,
        )
        for line, path, what, remedy, _bounds in invalid.faults
    ]
