"""Files of LibreOffice and of an older Word made into .docx, where LibreOffice is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

from grants.documents.reading.errors import FileNotRead

_SECONDS: Final = 40
#: Gives a process a network of its own, in which there is nothing.
_WITHOUT_NETWORK: Final = ("unshare", "--net", "--map-root-user")
_OLD_WORD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: Nothing in a file runs, and nothing that it points to is looked up.
_SETTINGS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""  # noqa: E501  # as LibreOffice writes them

_one_at_a_time = Lock()


@lru_cache(maxsize=1)
def converter() -> Callable[[bytes], bytes] | None:
    """Turns an .odt or a .doc into a .docx; None where LibreOffice is not installed, or where a
    process cannot be kept from the network.

    What it gives raises FileNotRead when nothing came of a file, or not in time.
    """
    program = shutil.which("soffice")
    if program is None or shutil.which(_WITHOUT_NETWORK[0]) is None:
        return None
    command = [*_WITHOUT_NETWORK, "true"]
    tried = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    return partial(_converted, program) if tried.returncode == 0 else None


def _converted(program: str, file: bytes) -> bytes:
    if not _one_at_a_time.acquire(timeout=_SECONDS):
        raise FileNotRead(
            "Trop de fichiers sont en cours de conversion : envoyez-le à nouveau dans une minute."
        )
    try:
        with TemporaryDirectory() as folder:
            return _made(program, file, Path(folder))
    finally:
        _one_at_a_time.release()


def _made(program: str, file: bytes, folder: Path) -> bytes:
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS)
    source = folder / ("form.doc" if file.startswith(_OLD_WORD) else "form.odt")
    source.write_bytes(file)
    _run(
        [
            *_WITHOUT_NETWORK,
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir",
            str(folder / "made"),
            str(source),
        ],
        folder,
    )
    made = folder / "made" / "form.docx"
    if not made.is_file():
        raise _not_made()
    return made.read_bytes()


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
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired as late:
            os.killpg(process.pid, signal.SIGKILL)
            raise _not_made() from late


def _not_made() -> FileNotRead:
    return FileNotRead(
        "Ce fichier n’a pas pu être converti : enregistrez-le au format Word (.docx), puis "
        "envoyez-le à nouveau."
    )
