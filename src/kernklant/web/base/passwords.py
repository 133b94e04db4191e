"""Passwords: hashed with Argon2id, long rather than complicated."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

from kernklant.engine.errors import Text
from kernklant.web.base.words import said

SHORTEST, LONGEST = 12, 1024


class Argon2id(Argon2PasswordHasher):
    """OWASP's least: 19 MiB, two passes, one lane (Password Storage Cheat Sheet, 2025)."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def verify(self, password: str, encoded: str) -> bool:
        """Whether it is the password; what is too long to be one costs nothing."""
        return len(password) <= LONGEST and super().verify(password, encoded)


class LengthValidator:
    """At least twelve characters; very long ones are refused before they cost anything."""

    def validate(self, password: str, user: object = None) -> None:
        """ValidationError when it is too short or too long."""
        if len(password) < SHORTEST:
            raise ValidationError(said(_SHORT), code="password_too_short")
        if len(password) > LONGEST:
            raise ValidationError(said(_LONG), code="password_too_long")

    def get_help_text(self) -> str:
        """What a good password is."""
        return said(_SHORT)


_SHORT = Text(
    f"Neem een wachtwoord van minstens {SHORTEST} tekens; een paar woorden achter elkaar is prima.",
    f"Take a password of at least {SHORTEST} characters; a few words in a row will do.",
)
_LONG = Text(
    f"Neem een wachtwoord van hoogstens {LONGEST} tekens.",
    f"Take a password of at most {LONGEST} characters.",
)
