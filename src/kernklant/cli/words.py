"""Which language the terminal speaks: --lang, else KERNKLANT_LANG, else Dutch."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from kernklant.engine.errors import Lang


def language(
    arguments: Sequence[str] | None = None, environment: Mapping[str, str] | None = None
) -> Lang:
    """The language asked for; known before the commands are, since their help needs it too."""
    words = list(sys.argv if arguments is None else arguments)
    asked = (os.environ if environment is None else environment).get("KERNKLANT_LANG", "nl")
    for place, word in enumerate(words):
        if word == "--lang" and place + 1 < len(words):
            asked = words[place + 1]
        elif word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
    return "en" if asked == "en" else "nl"


def t(nl: str, en: str) -> str:
    """The sentence in the language of this command."""
    return nl if language() == "nl" else en
