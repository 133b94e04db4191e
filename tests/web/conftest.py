"""A cast of people, and the home of De Vries Techniek for the pages to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from kernklant.web.base.models import Member

PASSWORD = "een lange zin als wachtwoord"  # noqa: S105 - of invented people


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """Attempts at signing in are counted in the cache of the process, which tests share."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def home(demo_home: Path, settings: Any) -> Iterator[Path]:
    """The pages read this home."""
    from kernklant.web.base import store

    settings.HOME = demo_home
    _forget(store)
    yield demo_home
    _forget(store)


@pytest.fixture
def empty_home(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """The pages read a home in which nothing happened yet."""
    from kernklant.web.base import store

    settings.HOME = tmp_path / "home"
    _forget(store)
    yield settings.HOME
    _forget(store)


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    """One of each role; Noor and Bram are account managers, Noor's team is Tess's."""
    from kernklant.web.base.models import Member, Role, Team

    north, south = Team.objects.create(name="Noord"), Team.objects.create(name="Zuid")

    def person(name: str, role: Role, **more: Any) -> Member:
        return Member.objects.create_user(
            f"{name.lower()}@voorbeeld.invalid", PASSWORD, name=name, role=role, **more
        )

    return SimpleNamespace(
        administrator=person("Anna", Role.ADMINISTRATOR),
        director=person("Dirk", Role.DIRECTOR),
        team_manager=person("Tess", Role.TEAM_MANAGER, team=north),
        account_manager=person(
            "Noor", Role.ACCOUNT_MANAGER, team=north, ledger_name="Noor Vlinderkade"
        ),
        other_manager=person(
            "Bram", Role.ACCOUNT_MANAGER, team=south, ledger_name="Bram Kiezelbrug"
        ),
        service_desk=person("Sara", Role.SERVICE_DESK),
        analyst=person("Alex", Role.ANALYST),
        marketing=person("Mila", Role.MARKETING),
    )


@pytest.fixture
def signed_in() -> Callable[[Member], Client]:
    """A client in which somebody has signed in."""

    def sign_in(member: Member) -> Client:
        client = Client()
        client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def _forget(store: Any) -> None:
    for kept in (store.store, store.run, store.summary):
        kept.cache_clear()


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Path:
    """The static files under their hashed names, collected once."""
    from django.core.management import call_command
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder):
        call_command("collectstatic", verbosity=0, interactive=False)
    return folder


@pytest.fixture
def static_files(collected: Path, settings: Any) -> Path:
    """Pages find the collected static files."""
    settings.STATIC_ROOT = collected
    return collected


@pytest.fixture
def copies(home: Path, cast: SimpleNamespace) -> SimpleNamespace:
    """The cast, and the copies of De Vries Techniek made for it."""
    from kernklant.web.segments.copying import refresh

    refresh()
    return cast
