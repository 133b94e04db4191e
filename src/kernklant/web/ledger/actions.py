"""What people write down about a customer: notes and contact persons."""

from __future__ import annotations

from django.db import transaction

from kernklant.web.base.log import record
from kernklant.web.base.models import Member
from kernklant.web.ledger.models import ContactPerson, Note


@transaction.atomic
def write_note(*, by: Member, customer: int, text: str) -> Note:
    """Keep a note with a customer."""
    note = Note.objects.create(customer=customer, by=by, text=text)
    record("note.written", by=by, about=f"customer:{customer}", note=note.pk)
    return note


@transaction.atomic
def remove_note(*, by: Member, note: Note) -> None:
    """Take one's own note away."""
    record("note.removed", by=by, about=f"customer:{note.customer}", note=note.pk)
    note.delete()


@transaction.atomic
def keep_contact(*, by: Member, contact: ContactPerson) -> ContactPerson:
    """Keep a contact person, new or changed."""
    what = "contact.changed" if contact.pk else "contact.added"
    contact.save()
    record(what, by=by, about=f"customer:{contact.customer}", contact=contact.pk)
    return contact


@transaction.atomic
def remove_contact(*, by: Member, contact: ContactPerson) -> None:
    """Take a contact person away."""
    record("contact.removed", by=by, about=f"customer:{contact.customer}", contact=contact.pk)
    contact.delete()
