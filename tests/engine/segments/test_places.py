"""Faults name their line, so the line of every key must be found."""

from __future__ import annotations

from kernklant.engine.segments.places import places

TEXT = (
    '''# [not.a.table]
version = 1
"quoted key" = 2

[a]
long = [
  [1],
  ["b = 3"],   # ] = 4
]
text = """
[no.table]
no = 'key'
"""
raw = '''
    + "'''"
    + """
[nor.this]
'''
inline = { x = 1, y = "}" }

[ a . "dotted.name" ] # a comment
z.y = 1
[[many]]
one = 1
"""
)


def test_every_key_and_table_has_its_line() -> None:
    assert places(TEXT) == {
        "version": 2,
        '"quoted key"': 3,
        "a": 5,
        "a.long": 6,
        "a.text": 10,
        "a.raw": 14,
        "a.inline": 17,
        'a."dotted.name"': 19,
        'a."dotted': 19,
        'a."dotted.name".z.y': 20,
        'a."dotted.name".z': 20,
        "many": 21,
        "many.one": 22,
    }


def test_windows_line_ends_count_once() -> None:
    assert places("a = 1\r\nb = 2\r\n[c]\r\n") == {"a": 1, "b": 2, "c": 3}


def test_a_table_that_only_its_parts_imply_stands_at_the_first() -> None:
    assert places("[criteria.one]\n[criteria.two]\n")["criteria"] == 1
