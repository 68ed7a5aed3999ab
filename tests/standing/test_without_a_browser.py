"""Without Chromium the run says what it did not test."""

import os
import subprocess
import sys

from tests.chromium import ABSENT, REQUIRED
from tests.databases import ROOT


def run(nowhere, *options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The three tests of the browser itself, on a machine that has none on its path."""
    quiet = ("-q", "-p", "no:cacheprovider", *options)
    command = [sys.executable, "-m", "pytest", *quiet, "tests/browser/test_chromium.py"]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PATH": str(nowhere), REQUIRED: "0", **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_asks_for_a_browser_is_skipped_and_listed_at_the_end(tmp_path):
    # In a process that reports to another, as the whole run is.
    told = run(tmp_path, "--numprocesses", "1")

    assert told.returncode == 0
    assert "NON TESTÉ" in told.stdout
    assert f"{ABSENT} : 3 tests d’écran n’ont pas tourné." in told.stdout


def test_where_a_browser_is_required_the_run_fails(tmp_path):
    told = run(tmp_path, **{REQUIRED: "1"})

    assert told.returncode == 1
    assert "3 errors" in told.stdout
