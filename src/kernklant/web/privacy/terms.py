"""What is past its term in this home, and what goes by itself every day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone

from kernklant.engine.errors import StoreBusy, Text
from kernklant.engine.ledger.persons import erased_numbers
from kernklant.engine.ledger.privacy import KEPT
from kernklant.engine.ledger.tables import TABLES
from kernklant.engine.ledger.terms import REFUSED_DAYS, REJECTS, past_term, tidy
from kernklant.web.base import once, store, uploads, webhooks
from kernklant.web.base.log import record
from kernklant.web.base.models import Beat, Token
from kernklant.web.base.models.settings import beat
from kernklant.web.base.settings_of import company
from kernklant.web.ledger.models import Import
from kernklant.web.privacy.clearing import clear_again, shrink

DAILY = "terms"  # the name of its beat
UPLOAD_TERM = timedelta(days=30)
GUARD_TERM = timedelta(days=365)  # of what shows a break-in
REFUSED = Text("geweigerde regels", "refused rows")
REFUSED_TERM = Text(f"{REFUSED_DAYS} dagen na het inlezen", f"{REFUSED_DAYS} days after the import")


@dataclass(frozen=True, slots=True)
class Term:
    """A table with its term, and how many rows (of refused rows: imports) are past it."""

    words: Text
    term: Text
    day: date
    rows: int


def overdue(today: date) -> list[Term]:
    """What is past its term, by table."""
    return [
        Term(REFUSED, REFUSED_TERM, one.day, one.rows)
        if one.table == REJECTS
        else Term(Text(TABLES[one.table].dutch, one.table), KEPT[one.table].term, one.day, one.rows)
        for one in past_term(store.store(), today=today)
    ]


def due() -> bool:
    """Whether today's cleaning is still to be done."""
    last = Beat.objects.filter(name=DAILY).first()
    return last is None or timezone.localtime(last.at).date() < timezone.localdate()


def _came_again(last: datetime | None) -> bool:
    """Whether a file came in since that may have held somebody who was erased.

    His rows are not kept, but a database keeps the bytes of what it showed of the file.
    """
    files = Import.objects.filter(asked_at__gte=last) if last else Import.objects.all()
    return files.exists() and bool(erased_numbers(store.open_facts()))


def _keep_promises() -> None:
    """The terms of the register that are ours, whatever the company set about its customers."""
    now = timezone.now()
    uploads.sweep(set(), older=UPLOAD_TERM.total_seconds())
    old = Import.objects.filter(asked_at__lt=now - UPLOAD_TERM)
    old.exclude(findings={}).update(findings={})
    Session.objects.filter(expire_date__lt=now).delete()
    once.forget_old()
    webhooks.forget_old()
    long_ago = now - GUARD_TERM
    for tried in (AccessLog, AccessAttempt):
        tried.objects.filter(attempt_time__lt=long_ago).delete()
    ended = Q(ends_at__lt=long_ago) | Q(used_at__lt=long_ago) | Q(revoked_at__lt=long_ago)
    Token.objects.filter(ended).delete()


def clean_daily() -> None:
    """Every day: what the register gives a term, and rows of erased persons past theirs.

    Of everybody when the company set that. Whoever was erased from a terminal meanwhile leaves
    the database too.
    """
    last = Beat.objects.filter(name=DAILY).values_list("at", flat=True).first()
    beat(DAILY)
    clear_again()
    _keep_promises()
    if _came_again(last):
        shrink()
    try:
        gone = tidy(store.store(), today=timezone.localdate(), erased_only=not company().tidy_daily)
    except StoreBusy:  # tomorrow is soon enough: it is looked at every day
        return
    if gone:
        record("terms.tidied", by=None, about="customers", rows=sum(gone.values()))
