"""What people say about value: their ratings, and the policy: draft, change, adopt."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils import timezone

from kernklant.engine.errors import Text, UserError
from kernklant.engine.segments.policy import read_policy
from kernklant.web.base.log import record
from kernklant.web.base.models import Member
from kernklant.web.value.in_force import POLICY_NAME, policy_in_force
from kernklant.web.value.models import Policy, Rating

CHANGED = Text(
    "Dit concept is intussen door iemand anders gewijzigd.",
    "Somebody else changed this draft in the meantime.",
)
LOOK_FIRST = Text(
    "Uw wijziging is niet bewaard. Laad de pagina opnieuw en breng haar dan nog eens aan.",
    "Your change was not kept. Reload the page, then make it again.",
)
GONE = Text("Dit concept is er niet meer.", "This draft is not there any more.")
ADOPTED = Text(
    "Het is vastgesteld of weggegooid; er is niets veranderd.",
    "It was adopted or thrown away; nothing was changed.",
)


def mark_of(text: str) -> str:
    """What a form brings along to say which text it changes."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@transaction.atomic
def make_draft(*, by: Member, based_on: Policy | None, key: str) -> Policy:
    """A draft of an adopted version, else of the policy in force; of one key there is one."""
    text = based_on.text if based_on else policy_in_force().text
    base = based_on or policy_in_force().row
    draft, new = Policy.objects.get_or_create(
        key=key, defaults={"text": text, "based_on": base, "made_by": by}
    )
    if new:
        number = base.number if base else None
        record("policy.drafted", by=by, about=f"policy:{draft.pk}", based_on=number)
    return draft


@transaction.atomic
def change_draft(*, by: Member, draft: Policy, text: str, title: str, seen: str) -> Policy:
    """Another text for a draft; raises UserError when it is none, or was changed since ``seen``."""
    text = text.replace("\r\n", "\n")
    read_policy(text, name=POLICY_NAME)
    now = _locked(draft)
    if (now.text, now.title) == (text, title):
        return now
    if mark_of(now.text) != seen:
        raise UserError(CHANGED, LOOK_FIRST)
    now.text, now.title = text, title
    now.save(update_fields=["text", "title", "changed_at"])
    record("policy.changed", by=by, about=f"policy:{now.pk}", mark=mark_of(text))
    return now


@transaction.atomic
def drop_draft(*, by: Member, draft: Policy) -> None:
    """Throw a draft away; an adopted policy stays."""
    dropped, _ = Policy.objects.filter(pk=draft.pk, number=None).delete()
    if dropped:
        record("policy.dropped", by=by, about=f"policy:{draft.pk}")


@transaction.atomic
def adopt_policy(*, by: Member, draft: Policy, why: str, seen: str) -> Policy:
    """The draft becomes the policy in force.

    1. All versions are locked, so that two adoptions come after each other.
    2. Who clicked twice finds it adopted; who saw another text than there is now is refused.
    3. What was in force before the first adoption is kept as version 1, to go back to.
    """
    rows = {row.pk: row for row in Policy.objects.select_for_update().order_by("pk")}
    now = rows.get(draft.pk)
    if now is None:
        raise UserError(GONE, ADOPTED)
    if now.number is not None:
        return now
    if mark_of(now.text) != seen:
        raise UserError(CHANGED, LOOK_FIRST)
    last = max((row.number for row in rows.values() if row.number), default=0)
    last = last or _keep_first()
    now.number, now.adopted_by, now.adopted_at, now.why = last + 1, by, timezone.now(), why
    now.save(update_fields=["number", "adopted_by", "adopted_at", "why"])
    record("policy.adopted", by=by, about=f"policy:{now.pk}", number=now.number)
    return now


def _keep_first() -> int:
    Policy.objects.create(number=1, text=policy_in_force().text)
    return 1


def _locked(draft: Policy) -> Policy:
    now = Policy.objects.select_for_update().filter(pk=draft.pk, number=None).first()
    if now is None:
        raise UserError(GONE, ADOPTED)
    return now


@transaction.atomic
def rate_customer(*, by: Member, customer: int, criterion: str, score: int | None) -> None:
    """One's mark for a customer on a criterion, 0 to 4; None takes it back."""
    mine = Rating.objects.filter(customer=customer, criterion=criterion, by=by)
    about = f"customer:{customer}"
    if score is None:
        mine.delete()
        record("customer.rating_taken_back", by=by, about=about, criterion=criterion)
    else:
        Rating.objects.update_or_create(
            customer=customer, criterion=criterion, by=by, defaults={"score": score}
        )
        record("customer.rated", by=by, about=about, criterion=criterion, score=score)
