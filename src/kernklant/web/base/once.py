"""A request that comes twice counts once (D7): by the header ``Idempotency-Key``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, cast

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Header

from kernklant.engine.errors import Text
from kernklant.web.base.bearer import Problem
from kernklant.web.base.models import Token
from kernklant.web.base.models.replies import Reply

KEPT = timedelta(days=30)
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,100}$",
        description="of one key there is one effect, for 30 days",
    ),
]
OTHER = Text("Deze sleutel hoort bij een ander verzoek", "This key is of another request")
NEW_KEY = Text(
    "Neem een nieuwe Idempotency-Key; er is niets bewaard.",
    "Take a new Idempotency-Key; nothing was kept.",
)


def once(request: HttpRequest, key: str | None, make: Callable[[], int]) -> int:
    """The number of the row that ``make`` makes, or made for the same request before.

    1. The key is written first: who comes with the same one meanwhile waits at its row.
    2. Making and remembering are one transaction, so a request that failed can be made again.
    3. The same key with another body is refused.
    """
    if key is None:
        return make()
    asked = hashlib.sha256(request.get_full_path().encode() + b"\n" + request.body).hexdigest()
    token = cast(Token, request.token)  # type: ignore[attr-defined]  # set by Bearer
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = Reply.objects.create(token=token, key=key, asked=asked)
        except IntegrityError:
            return _before(token, key, asked)
        row.made = make()
        row.save(update_fields=["made"])
        return row.made


def forget_old() -> None:
    """Keys that were kept long enough."""
    Reply.objects.filter(at__lt=timezone.now() - KEPT).delete()


def _before(token: Token, key: str, asked: str) -> int:
    row = Reply.objects.get(token=token, key=key)
    if row.asked != asked or row.made is None:
        raise Problem(422, OTHER, NEW_KEY)
    return row.made
