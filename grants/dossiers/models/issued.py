"""The register of issued documents: what the code printed on their pages stands for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.accounts.models import User
from grants.orm import Base

if TYPE_CHECKING:
    from grants.dossiers.models.dossier import Dossier, DossierVersion

#: What is issued. The first three by an act; a presentation when it is first asked for.
IssuedKind = Literal["receipt", "letter", "minutes", "presentation"]


class IssuedDocument(Base):
    """A document given out, of a deposited version. Never changed, never taken back: whoever holds
    a copy may ask of it. It knows nobody's name but that of the account it was issued for."""

    __tablename__ = "issued_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Random; printed on each page.
    code: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    version_id: Mapped[int]
    #: Step of the act that it was issued by; None for a presentation.
    act_step: Mapped[int | None]
    #: For whom it is worded: the applicant does not read what a service does.
    audience: Mapped[str] = mapped_column(String(12))
    #: Of the Word model it was printed from.
    model_sha256: Mapped[str] = mapped_column(String(64))
    #: Of all that it says: the same words of the same model, for the same act, are one document.
    content_sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    #: Whoever acted, or first asked for it; None when nobody in particular did.
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    dossier: Mapped[Dossier] = relationship()
    issued_by: Mapped[User | None] = relationship()
    version: Mapped[DossierVersion] = relationship(
        primaryjoin="IssuedDocument.version_id == DossierVersion.id",
        foreign_keys="IssuedDocument.version_id",
        viewonly=True,
    )
    files: Mapped[list[IssuedFile]] = relationship(
        back_populates="document", order_by="IssuedFile.format"
    )

    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "dossier_id"],
            ["dossier_version.id", "dossier_version.dossier_id"],
            name="fk_issued_document_version_of_its_dossier",
        ),
        ForeignKeyConstraint(
            ["dossier_id", "act_step"],
            ["dossier_event.dossier_id", "dossier_event.step"],
            name="fk_issued_document_act_of_its_dossier",
        ),
        UniqueConstraint(
            "dossier_id", "kind", "content_sha256", name="uq_issued_document_same_words"
        ),
        UniqueConstraint("dossier_id", "kind", "act_step", name="uq_issued_document_once_an_act"),
        CheckConstraint("length(code) = 16", name="code_has_16_signs"),
        CheckConstraint(
            "kind IN ('receipt', 'letter', 'minutes', 'presentation')", name="kind_is_known"
        ),
        CheckConstraint(
            "audience IN ('applicant', 'service', 'manager')", name="audience_is_known"
        ),
        CheckConstraint(
            "(kind = 'presentation') = (act_step IS NULL)", name="issued_by_an_act_or_on_demand"
        ),
        CheckConstraint(
            "length(model_sha256) = 64 AND length(content_sha256) = 64",
            name="digests_have_64_digits",
        ),
    )


class IssuedFile(Base):
    """A file of an issued document; its bytes lie in the folder of files, under their hash."""

    __tablename__ = "issued_file"

    document_id: Mapped[int] = mapped_column(ForeignKey("issued_document.id"), primary_key=True)
    #: `pdf`: of the same content. `word_pdf`: made of the Word file by LibreOffice.
    format: Mapped[str] = mapped_column(String(8), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)

    document: Mapped[IssuedDocument] = relationship(back_populates="files")

    __table_args__ = (
        CheckConstraint("format IN ('docx', 'pdf', 'word_pdf')", name="format_is_known"),
        CheckConstraint("length(sha256) = 64", name="sha256_has_64_digits"),
        CheckConstraint("size > 0", name="size_is_positive"),
    )
