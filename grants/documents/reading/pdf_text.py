"""Run by itself, apart from the application: the text of the PDF on its input, page by page.

A PDF may hold anything: whatever it asks for, this process may take so much time and memory.
"""

from __future__ import annotations

import io
import logging
import resource
import sys

from pypdf import PdfReader

MOST_PAGES = 60
MOST_SECONDS = 15
MOST_MEMORY = 1_000_000_000
MOST_TEXT = 5_000_000
PAGE_END = "\f"


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    logging.disable()
    pages = PdfReader(io.BytesIO(sys.stdin.buffer.read())).pages
    if len(pages) > MOST_PAGES:
        sys.exit(f"{len(pages)} pages")
    left = MOST_TEXT
    for page in pages:
        text = page.extract_text().replace(PAGE_END, "\n") + PAGE_END
        printed = text.encode(errors="replace")
        left -= len(printed)
        if left < 0:
            sys.exit(f"more than {MOST_TEXT} bytes")
        sys.stdout.buffer.write(printed)


if __name__ == "__main__":
    main()
