"""Files handed in with the answers: what is kept here is what is known of them."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

from pydantic import Field, field_validator

from grants.files import KINDS, NAMES, Kind
from grants.files.kinds import KindKey
from grants.forms.field import FieldDefinition, Posted, expect
from grants.rules import LIST, RuleType
from grants.wording import file_size, joined, placeholders, plural

_MEGABYTE: Final = 1_000_000
_MOST_MEGABYTES: Final = 50
#: What no file of any call passes.
MOST_BYTES: Final = _MOST_MEGABYTES * _MEGABYTE


@dataclass(frozen=True, slots=True)
class FileRef:
    #: Names the content in the store.
    sha256: str
    #: As its owner called it.
    name: str
    #: Bytes.
    size: int
    kind: KindKey


class FileField(FieldDefinition):
    """Values are tuples of FileRef. They come by uploads, never by the inputs of a page."""

    type: Literal["file"]
    accepts: tuple[KindKey, ...] = Field(default=("pdf",), min_length=1)
    max_megabytes: int = Field(default=10, ge=1, le=_MOST_MEGABYTES)
    max_files: int = Field(default=1, ge=1, le=20)
    #: The name under which the files are downloaded, without extension; none: as it was given.
    named: str | None = Field(default=None, max_length=150)

    source: ClassVar[Literal["inputs", "uploads", "rule"]] = "uploads"

    @field_validator("named")
    @classmethod
    def _of_known_names(cls, named: str | None) -> str | None:
        for name in placeholders(named or ""):
            if name not in NAMES:
                known = ", ".join(f"{{{each}}}" for each in sorted(NAMES))
                raise ValueError(f"« {{{name}}} » est inconnu (connus : {known})")
        return named

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(KINDS[key] for key in self.accepts)

    @property
    def accept(self) -> str:
        """What the browser proposes to choose among."""
        return ",".join(text for kind in self.kinds for text in (kind.extension, kind.media_type))

    @property
    def most_bytes(self) -> int:
        """The size of one file."""
        return self.max_megabytes * _MEGABYTE

    @property
    def limits(self) -> str:
        """« 2 fichiers au plus : PDF, image PNG ; 10 Mo au plus chacun. »"""
        kinds = ", ".join(kind.label for kind in self.kinds)
        each = " chacun" if self.max_files > 1 else ""
        files = plural(self.max_files, "fichier", "fichiers")
        return f"{files} au plus : {kinds} ; {file_size(self.most_bytes)} au plus{each}."

    def read(self, name: str, form: Posted) -> None:
        return None

    def inputs(self, name: str, value: Any) -> dict[str, str | list[str]]:
        return {}

    def rule_type(self) -> RuleType:
        return LIST

    def _advice(self, text: str) -> str:
        return "Ces fichiers ne sont plus connus : déposez-les à nouveau."

    def _shown(self, value: tuple[FileRef, ...]) -> str:
        return "\n".join(f"{each.name} ({file_size(each.size)})" for each in value)

    def _to_json(self, value: tuple[FileRef, ...]) -> list[dict[str, Any]]:
        return [
            {"sha256": each.sha256, "name": each.name, "size": each.size, "kind": each.kind}
            for each in value
        ]

    def _from_json(self, stored: Any) -> tuple[FileRef, ...]:
        return tuple(
            FileRef(
                sha256=expect(str, each["sha256"]),
                name=expect(str, each["name"]),
                size=expect(int, each["size"]),
                kind=KINDS[each["kind"]].key,
            )
            for each in expect(list, stored)
        )

    def _faults(self, value: tuple[FileRef, ...]) -> list[str]:
        faults = [fault for each in value for fault in self._faults_of(each)]
        if len(value) > self.max_files:
            most = plural(self.max_files, "fichier", "fichiers")
            faults.append(f"{most} au plus, {len(value)} déposés.")
        return faults

    def _faults_of(self, file: FileRef) -> list[str]:
        faults = []
        if file.kind not in self.accepts:
            kinds = joined([kind.label for kind in self.kinds])
            faults.append(f"« {file.name} » n’est pas d’un format accepté ({kinds}).")
        if file.size > self.most_bytes:
            faults.append(
                f"« {file.name} » pèse {file_size(file.size)} : "
                f"{file_size(self.most_bytes)} au plus."
            )
        return faults

    def _known(self, value: tuple[FileRef, ...]) -> tuple[str, ...]:
        return tuple(each.name for each in value)
