"""Whom to tell of what happens: adding an address, trying it, ending it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from kernklant.engine.errors import Text, UserError
from kernklant.web.base.log import record
from kernklant.web.base.models import Delivery, Member, Webhook
from kernklant.web.base.models.jobs import State
from kernklant.web.base.models.webhooks import TRIAL

THERE = Text("Dit adres wordt al ingelicht.", "This address is told already.")
END_FIRST = Text(
    "Beëindig het andere eerst; er is niets gemaakt.", "End the other first; nothing was made."
)


@transaction.atomic
def make_webhook(*, by: Member, url: str, events: Iterable[str]) -> Webhook:
    """An address to tell, with a secret of its own."""
    Member.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Webhook.objects.filter(url=url, ended_at=None).exists():
        raise UserError(THERE, END_FIRST)
    webhook = Webhook.objects.create(
        url=url, secret=secrets.token_urlsafe(32), events=sorted(events), made_by=by
    )
    record("webhook.made", by=by, about=f"webhook:{webhook.pk}", events=webhook.events)
    return webhook


@transaction.atomic
def end_webhook(*, by: Member, webhook: Webhook) -> None:
    """Tell it nothing any more, also not what waits."""
    if Webhook.objects.filter(pk=webhook.pk, ended_at=None).update(ended_at=timezone.now()):
        waiting = Delivery.objects.filter(webhook=webhook, state=State.ASKED)
        waiting.update(state=State.CANCELLED, ended_at=timezone.now(), told={})
        record("webhook.ended", by=by, about=f"webhook:{webhook.pk}")


@transaction.atomic
def try_webhook(*, by: Member, webhook: Webhook) -> Delivery:
    """Send it a message that says nothing."""
    record("webhook.tried", by=by, about=f"webhook:{webhook.pk}")
    return Delivery.objects.create(webhook=webhook, event=TRIAL, told={}, asked_by=by)
