"""Telling others what happened: a row for each who wants to know, sent by the worker.

What is told is written in the transaction that makes it so, so nothing is told that was undone.
What was said is kept no longer than it takes to say it: it names customers, and the row stays.
A receiver may get a message twice, never not at all while it answers within two days; it knows
doubles by the number in ``Kernklant-Delivery``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from django.utils import timezone

from kernklant.engine.errors import Text
from kernklant.web.base import jobs, outgoing
from kernklant.web.base.models import Delivery, Webhook
from kernklant.web.base.models.jobs import State

KEPT = timedelta(days=30)  # of what could not be sent, to send it again
AGENT = "Kernklant-Webhook"
REFUSED = Text("Het adres antwoordde {status}.", "The address answered {status}.")
AWAY = Text("Het adres antwoordde niet.", "The address did not answer.")


def wanted(event: str) -> bool:
    """Whether anybody wants to hear of it."""
    return bool(Webhook.objects.asking(event))


def tell(event: str, data: dict[str, Any]) -> None:
    """Tell everybody who wants to know; within the transaction that makes it so."""
    Delivery.objects.bulk_create(
        Delivery(webhook=webhook, event=event, told=data)
        for webhook in Webhook.objects.asking(event)
    )


def forget_old() -> None:
    """What could not be sent, and was kept long enough to send it again."""
    old = Delivery.objects.filter(
        state__in=(State.FAILED, State.CANCELLED), ended_at__lt=timezone.now() - KEPT
    )
    old.exclude(told={}).update(told={})


def signature(secret: str, body: bytes, *, at: int) -> str:
    """``t=…,v1=…``: HMAC-SHA-256 of the moment, a point and the body, by the secret."""
    told = f"{at}.".encode() + body
    return f"t={at},v1={hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()}"


def perform_delivery(job: Delivery) -> None:
    """Send one message; what is not accepted is tried again later, longer apart each time.

    outgoing.Refused ends the job: the address will not become a better one by itself.
    """
    if job.webhook.ended_at is not None:
        jobs.patiently(lambda: jobs.stopped(job))
        return
    status, why = _sent(job)
    if status is not None and 200 <= status < 300:
        jobs.patiently(lambda: jobs.finish(job, status=status, told={}))
        return
    again = job.waits_again
    if again is None:
        jobs.patiently(lambda: jobs.fail(job, why, status=status))
        return
    due: datetime = timezone.now() + again
    jobs.patiently(lambda: jobs.put_off(job, why, due_at=due, status=status))


def _sent(job: Delivery) -> tuple[int | None, Text]:
    """The status of the answer, None when none came; and that in words."""
    body = json.dumps(job.payload(), allow_nan=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "Kernklant-Event": job.event,
        "Kernklant-Delivery": job.key,
        "Kernklant-Signature": signature(job.webhook.secret, body, at=int(time.time())),
    }
    try:
        status = outgoing.post(job.webhook.url, body, headers)
    except (OSError, HTTPException):
        return None, AWAY
    told = (text.replace("{status}", str(status)) for text in (REFUSED.nl, REFUSED.en))
    return status, Text(*told)
