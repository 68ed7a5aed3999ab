"""Writes the Word models of this folder: `python -m docx_templates.build`."""

import sys
from collections.abc import Mapping
from pathlib import Path

from docx_templates.letter import letter
from docx_templates.minutes import minutes
from docx_templates.presentation_hlm import presentation
from docx_templates.receipt import receipt
from grants.documents.writing.package import pack


def models() -> Mapping[str, bytes]:
    """File name → content, the same bytes each time."""
    return {
        "presentation-hlm.docx": pack(presentation()),
        "receipt.docx": pack(receipt()),
        "letter.docx": pack(letter()),
        "minutes.docx": pack(minutes()),
    }


if __name__ == "__main__":
    for name, content in models().items():
        (Path(__file__).parent / name).write_bytes(content)
        sys.stdout.write(f"{name} : {len(content)} octets\n")
