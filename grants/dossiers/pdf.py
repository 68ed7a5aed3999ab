"""The documents of a dossier as PDF: the words of their Word files, typeset."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from grants.calls.definition import CallDefinition
from grants.documents.codes import printed_code
from grants.documents.printing.answers import blocks_of
from grants.documents.printing.blocks import Printed
from grants.documents.printing.house import printed_paper
from grants.documents.printing.typesetting import typeset
from grants.dossiers.papers import Manuscript, paper_of
from grants.dossiers.presentation import Filling
from grants.wording import PARIS, day, local_day


def presentation_pdf(
    words: Manuscript, call: CallDefinition, *, dated: datetime, mark: str = "", code: str = ""
) -> bytes:
    """What `words` print on paper, page by page the same for every call.

    :param dated: when it is issued, or printed; the same words of one day are the same bytes.
    :param mark: at the foot of each page.
    :param code: of an issued document.
    """
    content = {**words.content, "printed_on": day(local_day(dated))}
    return typeset(_printed(call, content, title=words.title, dated=dated, mark=mark, code=code))


def paper_pdf(file: bytes, *, dated: datetime, code: str) -> bytes:
    """What the Word file of a receipt, a letter or minutes says, as it was issued.

    :param dated: when it was.
    """
    at, known_by = _day(dated), (printed_code(code),)
    return typeset(printed_paper(file, dated=at, keywords=known_by))


def _day(at: datetime) -> datetime:
    return datetime.combine(local_day(at), time(), PARIS)


def _printed(
    call: CallDefinition, content: Filling, *, title: str, dated: datetime, mark: str, code: str
) -> Printed:
    version, reference = content["version_label"], content["reference"]
    return Printed(
        title=title,
        overline=call.kind,
        heading=call.title,
        dated=_day(dated),
        identity=_listed(
            f"Dossier {reference}", version, content["holder"], content["status_label"]
        ),
        running=_listed(call.title, reference, version),
        foot=_listed(call.document.title, f"éditée le {content['printed_on']}"),
        mark=mark,
        keywords=(printed_code(code),) if code else (),
        notice=content["demo_notice"],
        blocks=blocks_of(
            paper_of(call).plan,
            content,
            grids={each.label: f"grid_{key}_" for key, each in call.grids.items()},
            on_demand=frozenset(_on_demand(call)),
        ),
    )


def _listed(*words: str) -> str:
    return " · ".join(filter(None, words))


def _on_demand(call: CallDefinition) -> Iterator[str]:
    """Forms that are left out until they are given."""
    yield "decision_"
    yield from (f"opinion_{key}_" for key, each in call.opinions.items() if each.optional)
