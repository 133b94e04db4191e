"""The log: every key is told in both languages, filters, the file, and the chain."""

from __future__ import annotations

import ast
import csv
import html
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Formatter
from types import SimpleNamespace

import pytest
from django.test import Client

import kernklant.web
from kernklant.web.base.log import record
from kernklant.web.base.models import LogEntry, Member
from kernklant.web.base.office.sentences import SENTENCES
from kernklant.web.value.actions import rate_customer

SOURCE = Path(kernklant.web.__file__).parent
SignIn = Callable[[Member], Client]
WRITERS = {"record": 0, "seen": 1}  # the function, and at which place its key stands


def texts(node: ast.expr, names: dict[str, list[ast.expr]]) -> Iterator[str]:
    """What an argument can be: a text, one of two, or a name for those."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body, names)
        yield from texts(node.orelse, names)
    elif isinstance(node, ast.Name) and node.id in names:
        for value in names[node.id]:
            yield from texts(value, names)
    else:
        raise AssertionError(f"a key that cannot be read: {ast.dump(node)}")


def assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = (
                    zip(target.elts, node.value.elts, strict=True)
                    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                    else [(target, node.value)]
                )
                for name, value in pairs:
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, []).append(value)
    return found


def keys_in_the_code() -> set[str]:
    keys: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = assigned(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = WRITERS.get(node.func.id)
            if place is not None and path != SOURCE / "base" / "log.py":
                keys |= set(texts(node.args[place], names))
    return keys


def test_every_key_that_is_written_is_told_as_a_sentence() -> None:
    assert keys_in_the_code() == set(SENTENCES)


def test_both_languages_tell_the_same_values() -> None:
    def placeholders(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for key, text in SENTENCES.items():
        assert placeholders(text.nl) == placeholders(text.en), key


@pytest.mark.django_db
@pytest.mark.usefixtures("empty_home", "static_files")
class TestPages:
    def test_an_entry_reads_as_a_sentence(self, cast: SimpleNamespace, signed_in: SignIn) -> None:
        who = f"member:{cast.analyst.pk}"
        record("member.changed", by=cast.administrator, about=who, fields=["role", "team"])
        page = signed_in(cast.director).get("/beheer/logboek/").content.decode()
        assert "Anna wijzigde Alex: rol, team" in page

    def test_what_people_typed_is_shown_as_text(
        self, cast: SimpleNamespace, signed_in: SignIn
    ) -> None:
        evil = "<script>alert(1)</script>{who}"
        record("team.made", by=cast.administrator, about="team:1", name=evil)
        page = signed_in(cast.director).get("/beheer/logboek/").content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{who}" in page
        assert "<script>alert" not in page

    def test_filters_leave_what_was_asked(self, cast: SimpleNamespace, signed_in: SignIn) -> None:
        record("customer.read", by=cast.director, about="customer:42")
        record("customer.read", by=cast.analyst, about="customer:42")
        record("customer.read", by=cast.analyst, about="customer:421")
        client = signed_in(cast.administrator)

        def count(query: str) -> int:
            return client.get(f"/beheer/logboek/?{query}").content.decode().count("bekeek klant")

        assert count("") == 3
        assert count("soort=customer&nummer=42") == 2
        assert count(f"wie={cast.analyst.pk}") == 2
        assert count(f"wie={cast.analyst.pk}&soort=customer&nummer=42") == 1
        assert count("dag=2020-01-01") == 0
        assert count("dag=onzin&nummer=-1&wie=x") == 3

    def test_older_entries_are_on_the_next_page(
        self, cast: SimpleNamespace, signed_in: SignIn
    ) -> None:
        for number in range(60):
            record("customer.read", by=cast.director, about=f"customer:{number}")
        client = signed_in(cast.administrator)
        first = client.get("/beheer/logboek/")
        assert first.context["lines"][0].entry.about == "customer:59"
        second = client.get(f"/beheer/logboek/?{first.context['older']}")
        assert [line.entry.about for line in second.context["lines"]][-1] == "customer:0"
        assert second.context["older"] == ""

    def test_the_file_has_every_entry_and_no_formulas(
        self, cast: SimpleNamespace, signed_in: SignIn
    ) -> None:
        evil = Member.objects.create_user("x@voorbeeld.invalid", name="=1+1", role="analyst")
        for number in range(1001):
            record("customer.read", by=evil, about=f"customer:{number}")
        answer = signed_in(cast.administrator).post("/beheer/logboek/export/?soort=customer")
        rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode())))  # type: ignore[call-overload]
        assert len(rows) == 1001
        assert rows[0]["sentence"] == "'=1+1 bekeek klant 1000"
        assert LogEntry.objects.filter(what="log.exported").count() == 1

    def test_the_file_speaks_the_language_of_who_takes_it(
        self, cast: SimpleNamespace, signed_in: SignIn
    ) -> None:
        Member.objects.filter(pk=cast.administrator.pk).update(language="en")
        record("customer.read", by=cast.director, about="customer:1")
        answer = signed_in(cast.administrator).post("/beheer/logboek/export/?soort=customer")
        assert "Dirk looked at customer 1" in b"".join(answer).decode()  # type: ignore[call-overload]

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_a_day_beyond_time_is_left_out(
        self, cast: SimpleNamespace, signed_in: SignIn, day: str
    ) -> None:
        assert signed_in(cast.director).get(f"/beheer/logboek/?dag={day}").status_code == 200

    def test_values_are_told_in_words(self, cast: SimpleNamespace, signed_in: SignIn) -> None:
        by, where = cast.director, "customer:7"
        record("setting.changed", by=by, about="setting:tidy_daily", before=False, now=True)
        record("setting.changed", by=by, about="setting:sign_off", before=["exit"], now=["into_a"])
        record("segment.fixed", by=by, about=where, segment="A", until="2026-12-31")
        rate_customer(by=by, customer=7, criterion="fit", score=None)
        page = html.unescape(signed_in(cast.director).get("/beheer/logboek/").content.decode())
        assert "van uit in aan" in page
        assert "uit te faseren in een klant wordt kernklant (A)" in page
        assert "t/m 2026" not in page
        assert "Dirk nam zijn beoordeling van klant 7 op fit terug" in page

    def test_a_changed_entry_is_named(self, cast: SimpleNamespace, signed_in: SignIn) -> None:
        client = signed_in(cast.director)
        for number in range(3):
            record("customer.read", by=cast.analyst, about=f"customer:{number}")
        assert "niets gewijzigd" in client.post("/beheer/logboek/controle/").content.decode()
        second = LogEntry.objects.order_by("number")[1]
        LogEntry.objects.filter(pk=second.pk).update(about="customer:99")
        page = client.post("/beheer/logboek/controle/").content.decode()
        assert f"Regel {second.number} van" in page

    def test_who_may_not_read_it_finds_nothing(
        self, cast: SimpleNamespace, signed_in: SignIn
    ) -> None:
        for member in (cast.team_manager, cast.account_manager, cast.service_desk, cast.marketing):
            assert signed_in(member).get("/beheer/logboek/").status_code == 404
            assert signed_in(member).get("/beheer/").status_code == 404
