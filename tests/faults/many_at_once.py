"""The same request from many threads at once, on a database of its own; prints what came of it."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client

import kernklant.web.project.ready  # noqa: F401 - models can be imported after it only
from kernklant.web.base.models import Member, Role
from kernklant.web.base.office.actions.people import deactivate_member, invite_member
from kernklant.web.base.office.actions.tokens import make_token
from kernklant.web.ledger.models import Customer, Note

AT_ONCE = 20
HTTP = {"HTTP_HOST": "127.0.0.1"}


def together(act: Callable[[int], Any], times: int) -> list[Any]:
    """What each gives, an error by its name; every thread closes its own connection."""

    def one(place: int) -> Any:
        try:
            return act(place)
        except Exception as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(times)))


def administrator(name: str) -> Member:
    address = f"{name}@voorbeeld.invalid"
    return Member.objects.create_user(address, "een lange zin", name=name, role=Role.ADMINISTRATOR)


def notes(anna: Member) -> dict[str, Any]:
    """A hundred identical notes with one key."""
    director = Member.objects.create_user("d@voorbeeld.invalid", name="Dirk", role=Role.DIRECTOR)
    Customer.objects.create(number=7, source_no="K7", name="Bakker")
    secret = make_token(by=anna, member=director, name="proef", scopes=["notes"], days=1)

    def post(_: int) -> tuple[int, str]:
        answer = Client(HTTP_AUTHORIZATION=f"Bearer {secret}", **HTTP).post(
            "/api/v1/customers/7/notes", b'{"text": "x"}', content_type="application/json",
            HTTP_IDEMPOTENCY_KEY="een",
        )  # fmt: skip
        return answer.status_code, answer.content.decode()

    told = Counter(map(str, together(post, 100)))
    return {"answers": list(told.items()), "notes": Note.objects.count()}


def invitations(anna: Member) -> dict[str, Any]:
    """Twenty invitations of one address, in capitals and not."""

    def invite(place: int) -> str:
        address = "Piet@voorbeeld.invalid" if place % 2 else "piet@VOORBEELD.invalid"
        invite_member(by=anna, email=address, name="Piet", role=Role.ANALYST, team=None,
                      ledger_name="", language="nl")  # fmt: skip
        return "invited"

    told = Counter(together(invite, 20))
    return {"told": dict(told), "members": Member.objects.filter(name="Piet").count()}


def farewells(anna: Member) -> dict[str, Any]:
    """Administrators who all let each other go at the same moment."""
    others = [administrator(f"b{place}") for place in range(5)]
    everybody = [anna, *others]

    def let_go(place: int) -> str:
        by, whom = everybody[place], everybody[(place + 1) % len(everybody)]
        deactivate_member(by=by, member=whom)
        return "gone"

    told = Counter(together(let_go, len(everybody)))
    left = Member.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count()
    return {"told": dict(told), "left": left}


def main() -> None:
    call_command("migrate", verbosity=0)
    anna = administrator("anna")
    told = {"notes": notes(anna), "invitations": invitations(anna), "farewells": farewells(anna)}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
