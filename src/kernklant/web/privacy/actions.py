"""What is done for a person who asks: correct, object, erase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from kernklant.engine.errors import StoreBusy, Text, UserError
from kernklant.engine.ledger import terms
from kernklant.engine.ledger.correct import correct
from kernklant.engine.ledger.erase import Erased, carry_out, erase_persons
from kernklant.engine.ledger.persons import write_down
from kernklant.engine.ledger.register import ALIAS, OBJECTED, WITHDRAWN
from kernklant.web.base import jobs, store
from kernklant.web.base.log import record
from kernklant.web.base.models import Member
from kernklant.web.base.models.jobs import State
from kernklant.web.ledger.models import Customer
from kernklant.web.privacy.clearing import clear, shrink
from kernklant.web.privacy.models import Erasure
from kernklant.web.segments.copying import refresh

PATIENCE = 600.0  # seconds that an import may go first
ERASING = Text("Gegevens wissen", "Erasing data")
ERASED_BEFORE = Text("Deze gegevens zijn al gewist.", "These data were erased already.")
NOTHING_LEFT = Text("Er is niets meer te doen.", "There is nothing left to do.")
COPYING = Text("Lijsten bijwerken", "Making the lists again")


@transaction.atomic
def request_erasure(*, by: Member, customers: Sequence[int], key: str) -> Erasure:
    """Ask to erase customers; of one key there is one request, and of whom one waits for already.

    UserError when all of them were erased before.
    """
    waiting = Erasure.objects.filter(state__in=(State.ASKED, State.RUNNING))
    same = next((one for one in waiting if set(customers) <= set(one.customers)), None)
    if same is not None:
        return same
    if not Erasure.objects.filter(key=key).exists():
        _refuse_erased(customers)
    asked, new = Erasure.objects.get_or_create(
        key=key, defaults={"asked_by": by, "customers": sorted(set(customers))}
    )
    if new:
        for number in asked.customers:
            record("person.erasure_asked", by=by, about=f"customer:{number}")
    return asked


def _refuse_erased(customers: Sequence[int]) -> None:
    erased = Customer.objects.filter(pk__in=customers, source_no__startswith=ALIAS)
    if set(customers) <= set(erased.values_list("pk", flat=True)):
        raise UserError(ERASED_BEFORE, NOTHING_LEFT)


def perform_erasure(job: Erasure) -> None:
    """Erase them; doing it twice changes nothing.

    1. The home: from here on it will be done, whatever happens to us.
    2. The web's tables, then the copies of the home, which have no names any more.
    3. The row is finished and the log told, by who holds the lease.
    """
    jobs.refuse_endless(job)
    jobs.patiently(lambda: jobs.tell(job, ERASING, 0.1))
    done = _erased(job)
    jobs.patiently(lambda: jobs.tell(job, COPYING, 0.6))
    rows = clear(job.customers)
    refresh(force=True)  # who was erased before left the tables, and nothing in the home changed
    shrink()
    told = {"rows": rows, "refused_rows": done.refused_rows, "files": done.files}
    jobs.patiently(lambda: _finish(job, told))


@transaction.atomic
def _finish(job: Erasure, told: Mapping[str, int]) -> None:
    jobs.finish(job, done=dict(told))
    for number in job.customers:
        record("person.erased", by=job.asked_by, about=f"customer:{number}")


def _erased(job: Erasure) -> Erased:
    """Erase in the home, after whoever is writing in it.

    Who is to go is written down at once; only the work on the tables waits.
    """
    home = store.store()
    try:
        return erase_persons(home, job.customers, by=f"#{job.asked_by_id}")
    except StoreBusy:
        return store.once_free(lambda: carry_out(home), patience=PATIENCE)


@transaction.atomic
def object_to_profiling(*, by: Member, customers: Sequence[int]) -> int:
    """From the next evaluation on they are not ranked; how many it were."""
    for number in customers:
        record("person.objected", by=by, about=f"customer:{number}")
    return write_down(store.store(), customers, OBJECTED, by=f"#{by.pk}")


@transaction.atomic
def withdraw_objection(*, by: Member, customer: int) -> None:
    """He is ranked again from the next evaluation on."""
    record("person.withdrew", by=by, about=f"customer:{customer}")
    write_down(store.store(), [customer], WITHDRAWN, by=f"#{by.pk}")


@transaction.atomic
def correct_person(*, by: Member, customer: Customer, values: Mapping[str, str]) -> int:
    """Correct who he is; the number of the correction among the imports.

    StoreBusy when somebody is writing: then nothing is changed.
    """
    number = correct(store.store(), customer.number, values, who=f"#{by.pk}")
    told = {name: value for name, value in values.items() if hasattr(customer, name)}
    Customer.objects.filter(pk=customer.pk).update(**told)
    about = f"customer:{customer.pk}"
    record("person.corrected", by=by, about=about, fields=sorted(values), number=number)
    return number


def tidy(*, by: Member) -> int:
    """Remove what is past its term; how many rows. StoreBusy when somebody is writing."""
    gone = sum(terms.tidy(store.store(), today=timezone.localdate()).values())
    record("terms.tidied", by=by, about="customers", rows=gone)
    return gone
