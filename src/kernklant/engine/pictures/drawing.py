"""From a Vega-Lite specification to inline SVG that a strict page can hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from kernklant.engine.pictures.canvas import Canvas
from kernklant.engine.pictures.links import homeward
from kernklant.engine.pictures.look import FONT, LOCALES, PERCENT, Spec, writable
from kernklant.engine.pictures.painting import painted

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# What a drawing is made of; anything else stays out, whoever wrote it.
ELEMENTS = {"svg", "g", "a", "path", "line", "rect", "text", "tspan", "defs", "clipPath"}
GEOMETRY = "class d x y x1 y1 x2 y2 dx dy cx cy r width height transform clip-path id viewBox"
PAINT = (
    "fill fill-opacity stroke stroke-width stroke-dasharray stroke-linecap stroke-miterlimit "
    "stroke-opacity opacity font-size font-weight font-style text-anchor"
)
ATTRIBUTES = {*GEOMETRY.split(), *PAINT.split()}
OPEN_EVEN_IF_EMPTY = {"g", "a", "text", "tspan", "svg", "defs", "clipPath"}


@dataclass(frozen=True, slots=True)
class Caption:
    """What a picture says to who cannot see it; ``name`` makes its ids unique on a page."""

    name: str
    title: str
    description: str


def draw(spec: Spec | Canvas, caption: Caption, *, lang: Literal["nl", "en"]) -> str:
    """A canvas or a Vega-Lite specification as inline SVG: the same text for the same input.

    No script, no style, no address outside, ids that start with the caption's name, numbers in
    the language. Texts in the specification may come from anybody: they are escaped.
    """
    if isinstance(spec, Canvas):
        return f"{_head(painted(spec, lang), (spec.width, spec.height), caption)}</svg>"
    svg = _converted(json.dumps(_writable(spec), sort_keys=True), lang)
    return _headed(_cleaned(svg, caption.name), caption)


def _writable(part: Any) -> Any:
    if isinstance(part, str):
        return writable(part)
    if isinstance(part, dict):
        return {key: _writable(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_writable(value) for value in part]
    return part


@lru_cache(maxsize=256)
def _converted(spec: str, lang: str) -> str:
    import vl_convert

    locale = {**LOCALES[lang], "percent": PERCENT[lang]}
    svg: str = vl_convert.vegalite_to_svg(
        spec,
        format_locale=locale,
        time_format_locale="nl-NL" if lang == "nl" else "en-GB",
        allowed_base_urls=[],
    )
    return svg


def _cleaned(svg: str, name: str) -> str:
    """Only elements and attributes of a drawing; Vega's running ids become ours."""
    from defusedxml.ElementTree import fromstring

    svg = "".join(_written(fromstring(svg)))
    found = dict.fromkeys(re.findall(r' id="([^"]+)"', svg))
    for place, old in enumerate(found):
        new = f"{name}-{place}"
        svg = svg.replace(f'id="{old}"', f'id="{new}"').replace(f"url(#{old})", f"url(#{new})")
    return svg


def _written(node: Element) -> Iterator[str]:
    kind = _local(node.tag)
    if kind not in ELEMENTS or _hidden(node):
        return
    inside = [_tooltip(node), escape(node.text or "", quote=False)]
    for child in node:
        inside.extend(_written(child))
        inside.append(escape(child.tail or "", quote=False))
    content = "".join(inside)
    start = f"<{kind}{_attributes(node)}"
    if content or kind in OPEN_EVEN_IF_EMPTY:
        yield f"{start}>{content}</{kind}>"
    else:
        yield f"{start}/>"


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _hidden(node: Element) -> bool:
    return node.get("display") == "none" or (
        _local(node.tag) == "text" and node.get("opacity") == "0"
    )


def _tooltip(node: Element) -> str:
    words = None if _local(node.tag) == "g" else node.get("aria-label")
    return f"<title>{escape(words, quote=False)}</title>" if words else ""


def _attributes(node: Element) -> str:
    kept = {key: value for key, value in node.items() if key in ATTRIBUTES}
    href = next((value for key, value in node.items() if _local(key) == "href"), None)
    if href is not None:
        kept["href"] = homeward(href)
    return "".join(f' {key}="{escape(value)}"' for key, value in kept.items())


def _headed(svg: str, caption: Caption) -> str:
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
    if size is None:
        raise ValueError("Vega made a drawing without a size")
    width, height = map(float, size.groups())
    return _head(svg[svg.index(">") + 1 :], (width, height), caption)


def _head(content: str, size: tuple[float, float], caption: Caption) -> str:
    width, height = size
    name = escape(caption.name)
    role = "group" if "<a href=" in content else "img"  # an image has no links to step through
    return (
        f'<svg role="{role}" aria-labelledby="{name}-t {name}-d" '
        f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'font-family="{FONT}">'
        f'<title id="{name}-t">{_text(caption.title)}</title>'
        f'<desc id="{name}-d">{_text(caption.description)}</desc>'
        f"{content}"
    )


def _text(words: str) -> str:
    return escape(writable(words))
