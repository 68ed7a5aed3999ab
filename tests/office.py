"""A program that stands for LibreOffice, found where LibreOffice would be, and files for it."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from pypdf import PdfWriter

from grants.documents.converting import office

TEXT = "application/vnd.oasis.opendocument.text"
NAMES = "urn:oasis:names:tc:opendocument:xmlns"
CONTENT = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="{NAMES}:office:1.0" xmlns:text="{NAMES}:text:1.0"
  office:version="1.2"><office:body><office:text>
  <text:p>Nom du projet : Un toit</text:p>
  <text:p>Nombre de ménages accompagnés : 30 environ</text:p>
</office:text></office:body></office:document-content>"""
MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="{NAMES}:manifest:1.0" manifest:version="1.2">
  <manifest:file-entry manifest:full-path="/" manifest:media-type="{TEXT}"/>
  <manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""

#: Makes what lies beside it, a PDF with the digest of its source; nothing where « broken » lies.
PROGRAM = """#!/bin/sh
here=$(dirname "$0")
[ -e "$here/broken" ] && exit 1
while [ $# -gt 1 ]; do
  case "$1" in --convert-to) to=${2%%:*} ;; --outdir) out=$2 ;; esac
  shift
done
mkdir -p "$out"
if [ "$to" = pdf ]; then { cat "$here/made.pdf"; echo "%"; sha256sum < "$1"; } > "$out/form.pdf"
else cp "$here/made.docx" "$out/form.docx"; fi
"""


@dataclass(frozen=True)
class Program:
    folder: Path

    def makes(self, docx: bytes) -> None:
        (self.folder / "made.docx").write_bytes(docx)

    def runs(self, line: str) -> None:
        """First, that line of shell."""
        text = (self.folder / "soffice").read_text()
        marked = text.replace("while [", f"{line}\nwhile [", 1)
        (self.folder / "soffice").write_text(marked)

    def breaks(self, *, broken: bool = True) -> None:
        mark = self.folder / "broken"
        mark.touch() if broken else mark.unlink()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    folder = tmp_path / "office"
    folder.mkdir()
    (folder / "soffice").write_text(PROGRAM)
    (folder / "soffice").chmod(0o755)
    blank = PdfWriter()
    blank.add_blank_page(width=595, height=842)
    blank.write(folder / "made.pdf")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    office.cache_clear()
    if office() is None:
        pytest.skip("unshare n’est pas permis ici : pas de conversion essayée")
    yield Program(folder)
    office.cache_clear()


def an_odt() -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        archive.writestr("mimetype", TEXT)
        archive.writestr("content.xml", CONTENT)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return packed.getvalue()
