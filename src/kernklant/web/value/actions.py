"""What people say about value."""

from __future__ import annotations

from django.db import transaction

from kernklant.web.base.log import record
from kernklant.web.base.models import Member
from kernklant.web.value.models import Rating


@transaction.atomic
def rate_customer(*, by: Member, customer: int, criterion: str, score: int | None) -> None:
    """One's mark for a customer on a criterion, 0 to 4; None takes it back."""
    mine = Rating.objects.filter(customer=customer, criterion=criterion, by=by)
    if score is None:
        mine.delete()
    else:
        Rating.objects.update_or_create(
            customer=customer, criterion=criterion, by=by, defaults={"score": score}
        )
    record("customer.rated", by=by, about=f"customer:{customer}", criterion=criterion, score=score)
