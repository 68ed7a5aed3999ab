"""What LibreOffice makes of a file, where it is installed: a .docx of an .odt or of an older Word's
file, a PDF of a .docx."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from time import time
from typing import Final

from pypdf import PdfWriter
from pypdf.errors import PyPdfError

from grants.documents.reading.errors import FileNotRead
from grants.files import FileRefused, OldOffice, recognise

#: For one file.
SECONDS: Final = 40
#: What LibreOffice runs in: ended in time even when nobody is left to do so, our process having
#: been killed; with a network of its own, in which there is nothing; with so many bytes of memory,
#: and of any file.
_AROUND: Final = (
    *("timeout", "--signal=KILL", str(SECONDS)),
    *("unshare", "--net", "--map-root-user"),
    *("prlimit", "--as=8000000000", "--fsize=200000000"),
)
_OLD_WORD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PREFIX: Final = "grants-office-"
#: Seconds.
_LEFT_BEHIND: Final = 3600
_PDF: Final = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'

#: Nothing in a file runs, and nothing that it points to is looked up.
_SETTINGS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""  # noqa: E501  # as LibreOffice writes them


class NotConverted(FileNotRead):
    """Nothing came of a file, or not in time; another time something may."""


@dataclass(frozen=True, slots=True)
class Office:
    """LibreOffice. Each file has a process and a profile of its own, that go with it."""

    program: str

    def word(self, file: bytes) -> bytes:
        """The .docx of an .odt or a .doc.

        :raises NotConverted: when there is none in time.
        """
        name = "form.doc" if file.startswith(_OLD_WORD) else "form.odt"
        made = self._converted(file, name, "docx:MS Word 2007 XML")
        if made is None:
            raise NotConverted(
                "Ce fichier n’a pas pu être converti : enregistrez-le au format Word (.docx), puis "
                "envoyez-le à nouveau."
            )
        return made

    def pdf(self, file: bytes, *, keywords: str) -> bytes:
        """The PDF of a .docx, with the keywords in its metadata.

        :raises NotConverted: when there is none in time.
        """
        made = self._converted(file, "form.docx", _PDF)
        try:
            return _with_keywords(made or b"", keywords)
        except PyPdfError as fault:
            raise NotConverted("Ce fichier Word n’a pas pu être mis en PDF.") from fault

    def _converted(self, file: bytes, name: str, to: str) -> bytes | None:
        _sweep()
        with TemporaryDirectory(prefix=_PREFIX) as folder:
            home = Path(folder)
            settings = home / "profile" / "user" / "registrymodifications.xcu"
            settings.parent.mkdir(parents=True)
            settings.write_text(_SETTINGS)
            source = home / name
            source.write_bytes(file)
            _run(
                [
                    *_AROUND,
                    self.program,
                    f"-env:UserInstallation={(home / 'profile').as_uri()}",
                    "--headless",
                    "--norestore",
                    "--convert-to",
                    to,
                    "--outdir",
                    str(home / "made"),
                    str(source),
                ],
                home,
            )
            made = home / "made" / source.with_suffix(f".{to.partition(':')[0]}").name
            return made.read_bytes() if made.is_file() else None


@lru_cache(maxsize=1)
def office() -> Office | None:
    """None where LibreOffice is not installed, or where a process cannot be kept from the network
    and within its bounds."""
    program = shutil.which("soffice")
    if program is None or shutil.which(_AROUND[0]) is None:
        return None
    tried = subprocess.run([*_AROUND, "true"], capture_output=True, check=False)  # noqa: S603
    return Office(program) if tried.returncode == 0 else None


def converter() -> Callable[[bytes], bytes] | None:
    """Turns an .odt or a .doc into a .docx; None without LibreOffice.

    What it gives raises FileNotRead.
    """
    found = office()
    return found.word if found else None


def is_for_office(file: bytes) -> bool:
    """Whether it is an .odt, or of an Office before 2007."""
    try:
        return recognise(BytesIO(file)).key == "odt"
    except OldOffice:
        return True
    except FileRefused:
        return False


def _with_keywords(pdf: bytes, keywords: str) -> bytes:
    """The same with some more at its end: LibreOffice would leave them out."""
    writer = PdfWriter(BytesIO(pdf), incremental=True)
    writer.add_metadata({"/Keywords": keywords})
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _sweep() -> None:
    """Remove what a process that was killed left behind."""
    for each in Path(gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if each.stat().st_mtime < time() - _LEFT_BEHIND:
                shutil.rmtree(each, ignore_errors=True)


def _run(command: list[str], home: Path) -> None:
    """With all its children, and no longer than it may."""
    environ = {"HOME": str(home), "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
    with subprocess.Popen(  # noqa: S603  # our own words, and the name of a file of ours
        command,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(SECONDS + 5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
