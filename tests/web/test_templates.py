"""What every template must keep to, read from its text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "src" / "kernklant" / "web"
TEMPLATES = sorted(ROOT.glob("*/templates/**/*.html")) + sorted(ROOT.glob("*/templates/**/*.txt"))
PAGES = [one for one in TEMPLATES if one.suffix == ".html"]
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
# Commands, names of classes.
NO_WORDS = re.compile(r"<code>.*?</code>|\{% block body_class %\}.*?\{% endblock %\}", re.DOTALL)
SAYING = re.compile(
    r'\{% t "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"|\{% t \'([^\']*)\' \'([^\']*)\''
)
# Words that are the same in both languages, and names.
SAME = {"Kernklant", "Excel", "CSV", "PDF", "JSON", "NPS", "API", "IP", "A", "B", "C"}


def ids(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", PAGES, ids=ids)
def test_no_template_holds_script_style_or_unescaped_values(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "|safe" not in text
    assert "autoescape off" not in text


@pytest.mark.parametrize("file", PAGES, ids=ids)
def test_every_form_that_posts_carries_its_token(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
        if 'method="post"' in form:
            assert "{% csrf_token %}" in form, form[:120]


@pytest.mark.parametrize("file", PAGES, ids=ids)
def test_every_word_a_reader_sees_is_said_in_both_languages(file: Path) -> None:
    text = NO_WORDS.sub("", COMMENT.sub("", file.read_text(encoding="utf-8")))
    bare = re.sub(r"<[^>]+>", "\n", TAG.sub("\x00", text))
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;", " ", bare))
    assert [word for word in words if word not in SAME] == []


@pytest.mark.parametrize("file", TEMPLATES, ids=ids)
def test_both_languages_name_the_same_values(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for found in SAYING.findall(text):
        nl, en = found[0] or found[2], found[1] or found[3]
        assert set(re.findall(r"\{(\w+)\}", nl)) == set(re.findall(r"\{(\w+)\}", en)), nl


@pytest.mark.parametrize("file", PAGES, ids=ids)
def test_every_field_has_a_label(file: Path) -> None:
    text = COMMENT.sub("", file.read_text(encoding="utf-8"))
    labelled = set(re.findall(r'<label[^>]*\sfor="([^"]+)"', text))
    inside = "".join(re.findall(r"<label\b.*?</label>", text, re.DOTALL))
    for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", TAG.sub("x", text)):
        name = re.search(r'\sid="([^"]+)"', field)
        quiet = 'type="hidden"' in field or "aria-label" in field or field in TAG.sub("x", inside)
        assert quiet or (name and TAG.sub("x", name.group(1)) in {TAG.sub("x", one) for one in labelled}), field  # noqa: E501  # fmt: skip
