"""What the repository says of itself: its pins, and nothing of the machine that wrote it."""

import re
import subprocess
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.!+]+)")
FOLDERS_OF_A_MACHINE = re.compile(rb"(?<![\w.])/(?:home|root|work|Users|private/var|mnt)/\w")
REGISTRIES = re.compile(
    rb"pypi\.org/simple|files\.pythonhosted|registry\.(?:npmjs|yarnpkg)"
    rb"|--(?:(?:extra-)?index-url|find-links|trusted-host)"
)


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    found = [PIN.fullmatch(line) for line in lines]
    assert None not in found, "constraints.txt holds only package==version"
    return {canonicalize_name(pin["name"]): pin["version"] for pin in found}


def direct_requirements() -> list[Requirement]:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = pyproject["project"]
    lines = [
        *pyproject["build-system"]["requires"],
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    return [Requirement(line) for line in lines]


def all_requirements() -> list[Requirement]:
    """The direct ones and theirs in turn, on this machine's Python."""
    waiting, seen, found = direct_requirements(), set(), []
    while waiting:
        requirement = waiting.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        found.append(requirement)
        if key not in seen:
            seen.add(key)
            waiting.extend(needed_by(requirement))
    return found


def needed_by(requirement: Requirement) -> list[Requirement]:
    needs = [Requirement(line) for line in requires(requirement.name) or ()]
    return [
        need
        for need in needs
        if need.marker is None
        or any(need.marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras))
    ]


def tracked_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    command = ["git", "ls-files", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


def places(pattern: re.Pattern[bytes]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {match[0].decode()}"
        for path in tracked_files()
        for match in pattern.finditer(path.read_bytes())
    ]


def test_every_pin_satisfies_the_bounds_of_those_who_need_it():
    versions = pins()

    refused = {
        f"{requirement} but {versions[name]}"
        for requirement in all_requirements()
        if (name := canonicalize_name(requirement.name)) in versions
        and not requirement.specifier.contains(versions[name], prereleases=True)
    }

    assert refused == set()


def test_what_is_needed_is_pinned_and_nothing_else():
    needed = {canonicalize_name(requirement.name) for requirement in all_requirements()}

    assert pins().keys() == needed


def test_direct_requirements_have_bounds():
    assert [str(need) for need in direct_requirements() if not need.specifier] == []


def test_no_tracked_file_names_a_folder_of_the_machine_that_wrote_it():
    here = re.compile(rb"(?<![\w/.])" + re.escape(bytes(ROOT)) + rb"(?![\w.-])")

    assert places(FOLDERS_OF_A_MACHINE) + places(here) == []


def test_no_tracked_file_records_the_address_of_a_registry():
    assert places(REGISTRIES) == []
