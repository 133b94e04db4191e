"""A criterion comes into the policy and goes out of it on the form of a draft."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from kernklant.engine.segments.policy import read_policy
from kernklant.engine.value.criteria import Criterion
from kernklant.web.base.models import Member
from kernklant.web.value.models import Policy
from tests.web.evaluation.test_drafts import draft_of, fields_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]
SignIn = Callable[[Member], Client]


class Form:
    """The form of one draft."""

    def __init__(self, client: Client, draft: Policy) -> None:
        self.client, self.draft = client, draft
        self.address = f"/beleid/concept/{draft.pk}/"

    def names(self) -> list[str]:
        return [one.name for one in self.criteria()]

    def criteria(self) -> tuple[Criterion, ...]:
        self.draft.refresh_from_db()
        return read_policy(self.draft.text, name="p").criteria

    def send(self, **told: str) -> str:
        """Post what it shows and this; the page when it was refused, else nothing."""
        fields = fields_of(self.client.get(self.address).content.decode())
        answer = self.client.post(self.address, fields | told)
        assert answer.status_code in (302, 422)
        return "" if answer.status_code == 302 else answer.content.decode()


@pytest.fixture
def form(copies: SimpleNamespace, signed_in: SignIn) -> Form:
    return Form(signed_in(copies.director), draft_of(copies.director))


def test_a_criterion_goes_and_its_points_go_to_another(form: Form) -> None:
    names, weights = form.names(), [one.weight for one in form.criteria()]
    assert not form.send(c1_drop="on", c0_weight=str(int(weights[0] + weights[1])))
    assert form.names() == [name for at, name in enumerate(names) if at != 1]
    assert "# installers, builders and wholesalers of some size, close to home" in form.draft.text


def test_a_criterion_comes_and_can_be_tuned_at_once(form: Form) -> None:
    left = int(form.criteria()[0].weight) - 10
    assert not form.send(c0_weight=str(left), add_source="revenue_12m", add_weight="10")
    added = form.criteria()[-1]
    assert (added.name, added.source, added.weight, added.low) == (
        "revenue", "revenue_12m", 10, "auto",
    )  # fmt: skip
    at = len(form.criteria()) - 1
    assert not form.send(**{f"c{at}_from": "0", f"c{at}_to": "50000"})
    assert (form.criteria()[-1].low, form.criteria()[-1].high) == (0, 50_000)


def test_what_people_mark_is_asked_by_its_name(form: Form) -> None:
    told = {"c0_weight": str(int(form.criteria()[0].weight) - 5), "add_weight": "5"}
    before = form.names()
    assert "Zeg wat mensen beoordelen" in form.send(**told, add_source="rating")
    assert form.names() == before
    assert not form.send(**told, add_source="rating", add_called="Betaalt graag voor service")
    added = form.criteria()[-1]
    assert (added.rated_as, len(added.anchors)) == ("Betaalt graag voor service", 5)


def test_what_does_not_add_up_or_leaves_nothing_is_refused_in_words(form: Form) -> None:
    before = form.names()
    assert "samen" in form.send(c0_drop="on")
    assert "punten het waard is" in form.send(add_source="revenue_12m")
    every = {f"c{at}_drop": "on" for at in range(len(before))}
    assert "laat er minstens één staan" in form.send(**every)
    assert form.names() == before
