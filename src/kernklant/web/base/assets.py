"""Which files of other packages a browser gets, and under which hashed names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


def _folder(package: str) -> Path:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(package)
    return Path(next(iter(found.submodule_search_locations)))


# Where each comes from: package, folder in it, file.
CHOSEN = (
    ("bootstrap", "css", "bootstrap.min.css"),
    ("bootstrap", "js", "bootstrap.bundle.min.js"),
    ("django_htmx", "static/django_htmx", "htmx-2.min.js"),
    ("allauth.mfa", "static/mfa/js", "webauthn-json.js"),
    ("allauth.mfa", "static/mfa/js", "webauthn.js"),
)


class Chosen(BaseFinder):
    """Finds those few files, served under ``vendor/``, and nothing else of the packages."""

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        """The file behind an address, or a list of it."""
        found = [str(_folder(package) / room / name)
                 for package, room, name in CHOSEN if path == f"vendor/{name}"]  # fmt: skip
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """Every file with the storage that holds it."""
        for package, room, name in CHOSEN:
            storage = FileSystemStorage(location=_folder(package) / room)
            storage.prefix = "vendor"  # type: ignore[attr-defined]  # collectstatic asks for it
            yield name, storage


class Hashed(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no types
    """Names with a hash, so that browsers keep them for ever; maps of sources are left out."""

    patterns = (("*.css", (r"""(?P<matched>url\(['"]{0,1}\s*(?P<url>.*?)["']{0,1}\))""",)),)
    support_js_module_import_aggregation = False
