"""Build the tables of communes and departments from Etalab's package.

    npm pack @etalab/decoupage-administratif@6.0.0
    python -m grants.reference.build etalab-decoupage-administratif-6.0.0.tgz

Writes `data/communes.csv.gz` and `data/departments.csv`; the same package gives the same bytes.
"""

import csv
import gzip
import io
import json
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).parent / "data"

# INSEE's « type de nom en clair » (TNCC) of a department, as a noun complement.
_COMPLEMENTS: Final = {0: "de ", 1: "d'", 2: "du ", 3: "de la ", 4: "des ", 5: "de l'"}
# Published without their article.
_CORRECTED: Final = {"984": 4, "989": 5}


def main(archive: Path) -> None:
    with tarfile.open(archive) as package:
        communes = _read(package, "communes")
        departments = _read(package, "departements")
    (DATA / "communes.csv.gz").write_bytes(_compressed(_communes(communes)))
    (DATA / "departments.csv").write_text(_csv(_departments(departments)), encoding="utf-8")


def _read(package: tarfile.TarFile, name: str) -> list[dict[str, Any]]:
    member = package.extractfile(f"package/data/{name}.json")
    if member is None:
        raise SystemExit(f"{name}.json is not a file of the package")
    rows: list[dict[str, Any]] = json.load(member)
    return rows


def _communes(rows: list[dict[str, Any]]) -> Iterable[tuple[str, ...]]:
    """The most populated first: the order in which names are suggested."""
    yield "code", "name"
    present = [row for row in rows if row["type"] == "commune-actuelle"]
    for row in sorted(present, key=lambda row: (-row.get("population", 0), row["code"])):
        yield row["code"], row["nom"]


def _departments(rows: list[dict[str, Any]]) -> Iterable[tuple[str, ...]]:
    yield "code", "name", "complement"
    for row in sorted(rows, key=lambda row: row["code"].replace("2A", "20").replace("2B", "20B")):
        article = _CORRECTED.get(row["code"], row["typeLiaison"])
        yield row["code"], row["nom"], _COMPLEMENTS[article] + row["nom"]


def _csv(rows: Iterable[tuple[str, ...]]) -> str:
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(rows)
    return lines.getvalue()


def _compressed(rows: Iterable[tuple[str, ...]]) -> bytes:
    return gzip.compress(_csv(rows).encode(), mtime=0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
