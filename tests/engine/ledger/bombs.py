"""Files that are small outside and large inside, or try to reach out of themselves."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

ZEROS = b"0" * (1 << 20)
SHEET = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/'
    b'spreadsheetml/2006/main"><sheetData>'
)
BOOK = (
    '<?xml version="1.0"?>{head}<workbook xmlns="http://schemas.openxmlformats.org/'
    'spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r1" Target="worksheets/sheet1.xml" Type="t"/></Relationships>'
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION_LAUGHS = f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>'
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"x" * 100_000}">]>'
OUTSIDE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
A_FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>'


def swelling(part: str, megabytes: int = 480) -> Callable[[Path], Path]:
    """A workbook of a megabyte or two with one part of so many."""

    def make(folder: Path) -> Path:
        with _book(folder) as book, book.open(part, "w", force_zip64=True) as inside:
            for _ in range(megabytes):
                inside.write(ZEROS)
        return folder / "f.xlsx"

    return make


def many_parts(folder: Path) -> Path:
    with _book(folder) as book:
        for number in range(100_000):
            book.writestr(f"xl/{number}.xml", b"")
    return folder / "f.xlsx"


def far_cell(folder: Path) -> Path:
    """A million rows that each fill the last column there is."""
    with _book(folder) as book, book.open("xl/worksheets/sheet1.xml", "w") as sheet:
        sheet.write(SHEET)
        for row in range(1, 2000):
            number = row * 524
            sheet.write(f'<row r="{number}"><c r="XFD{number}"><v>1</v></c></row>'.encode())
        sheet.write(b"</sheetData></worksheet>")
    return folder / "f.xlsx"


def nested(folder: Path) -> Path:
    inner = swelling("xl/worksheets/sheet1.xml", 200)(folder).read_bytes()
    with zipfile.ZipFile(folder / "g.xlsx", "w") as book:
        book.writestr("f.xlsx", inner)
    return folder / "g.xlsx"


def forged(folder: Path) -> Path:
    """A workbook whose directory says that its large sheet is small."""
    path = swelling("xl/worksheets/sheet1.xml", 300)(folder)
    size = (300 << 20).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    return path


def with_head(head: str) -> Callable[[Path], Path]:
    """A workbook with a document type."""

    def make(folder: Path) -> Path:
        with zipfile.ZipFile(folder / "f.xlsx", "w") as book:
            book.writestr("xl/workbook.xml", BOOK.format(head=head))
            book.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
            book.writestr("xl/worksheets/sheet1.xml", SHEET + b"</sheetData></worksheet>")
        return folder / "f.xlsx"

    return make


def audit_file(head: str, inside: str = "") -> Callable[[Path], Path]:
    """An audit file with a document type, or with something hostile in it."""

    def make(folder: Path) -> Path:
        text = f'<?xml version="1.0"?>{head}<auditfile xmlns="http://www.auditfiles.nl/XAF/3.2">'
        (folder / "f.xaf").write_text(f"{text}{inside}</auditfile>")
        return folder / "f.xaf"

    return make


def _book(folder: Path) -> zipfile.ZipFile:
    book = zipfile.ZipFile(folder / "f.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    book.writestr("xl/workbook.xml", BOOK.format(head=""))
    book.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
    return book


DEEP = "<a>" * 1_000_000
BOMBS: dict[str, Callable[[Path], Path]] = {
    "sheet of 480 MB": swelling("xl/worksheets/sheet1.xml"),
    "shared strings of 480 MB": swelling("xl/sharedStrings.xml"),
    "styles of 480 MB": swelling("xl/styles.xml"),
    "a hundred thousand parts": many_parts,
    "the last column of a million rows": far_cell,
    "a workbook in a workbook": nested,
    "a forged size": forged,
    "billion laughs in a workbook": with_head(BILLION_LAUGHS),
    "an external DTD in a workbook": with_head(OUTSIDE),
    "billion laughs": audit_file(BILLION_LAUGHS, "&l9;"),
    "quadratic blow-up": audit_file(QUADRATIC, "&a;" * 10_000),
    "an external DTD": audit_file(OUTSIDE),
    "an external file": audit_file(A_FILE, "&f;"),
    "a parameter entity": audit_file(PARAMETER),
    "a million deep": audit_file("", DEEP),
}
