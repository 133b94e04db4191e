"""Kinds of parts of an address beside Django's own."""

from __future__ import annotations

from django.urls.converters import StringConverter


class Base36(StringConverter):
    """A number in digits and letters; ends before a dash, as allauth's links want it."""

    regex = "[0-9A-Za-z]+"
