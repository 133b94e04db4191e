"""Django's own widgets, written without a template for each option of each list.

A page of customers has a hundred options; as templates they took a third of its time. What is
written is what Django's templates write (tests/web/base/test_widgets.py compares them).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]
ROOM = "django/forms/widgets/"


class Quick(DjangoTemplates):
    """The renderer of all forms."""

    def render(
        self, template_name: str, context: Mapping[str, Any], request: HttpRequest | None = None
    ) -> str:
        """Inputs and lists here, everything else by its template."""
        write = WRITERS.get(template_name)
        if write is None:
            return super().render(template_name, dict(context), request=request)
        return write(context["widget"])


def _input(widget: Widget) -> SafeString:
    told = {"type": widget["type"], "name": widget["name"]}
    if widget["value"] is not None:
        told["value"] = str(widget["value"])
    return format_html("<input{}{}>", _attributes(told), _attributes(widget["attrs"]))


def _option(widget: Widget) -> SafeString:
    box = _input(widget)
    if not widget.get("wrap_label"):
        return box
    named = widget["attrs"].get("id")
    label = format_html(' for="{}"', named) if named else ""
    return format_html("<label{}>{}\n {}</label>", label, box, widget["label"])


def _select(widget: Widget) -> SafeString:
    name = _attributes({"name": widget["name"]})
    groups = [_group(label, options) for label, options, _ in widget["optgroups"]]
    inside = mark_safe("".join(groups))  # noqa: S308 - each was escaped
    return format_html("<select{}{}>{}</select>", name, _attributes(widget["attrs"]), inside)


def _group(label: str | None, options: list[Widget]) -> SafeString:
    inside = format_html_join(
        "\n", '<option value="{}"{}>{}</option>',
        ((str(one["value"]), _attributes(one["attrs"]), one["label"]) for one in options),
    )  # fmt: skip
    return format_html('<optgroup label="{}">{}</optgroup>', label, inside) if label else inside


def _attributes(told: Mapping[str, Any]) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value),)
            for name, value in told.items()
            if value is not False
        ),
    )


WRITERS: dict[str, Callable[[Widget], SafeString]] = {
    **{
        f"{ROOM}{kind}.html": _input
        for kind in ("text", "number", "email", "hidden", "password", "search", "date", "checkbox",
                     "tel", "color", "url")
    },
    f"{ROOM}checkbox_option.html": _option,
    f"{ROOM}radio_option.html": _option,
    f"{ROOM}select.html": _select,
}  # fmt: skip
