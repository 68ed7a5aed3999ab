"""What the person who sent a file should know of it, in French."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from grants.documents.questionnaire import Questionnaire
from grants.documents.reading.sheet import Sheet
from grants.documents.writing.sealing import Origin
from grants.wording import plural

#: A tag of a Word model, closed or not.
_TAG: Final = re.compile(r"\{[{%]\s*[^{}%]{0,40}(?:[}%]\})?")


def notices_of(
    sheet: Sheet, questionnaire: Questionnaire, origin: Origin | None, authentic: bool | None
) -> Iterator[str]:
    if sheet.tracked_changes:
        yield (
            "Ce fichier porte des modifications suivies : il est lu comme si elles étaient "
            "toutes acceptées."
        )
    if sheet.comments:
        told = plural(len(sheet.comments), "commentaire", "commentaires")
        yield f"Ce fichier porte {told} : voir ce qui ne répond à aucune question."
    if sheet.unread:
        yield (
            "Ce fichier porte des images ou des objets incorporés : ce qu’ils montrent n’est pas "
            "lu."
        )
    if sheet.sure < 1:
        yield (
            "Ce fichier est un PDF : il n’est lu que par ses lignes imprimées, ce qui est moins "
            "sûr. Relisez chaque réponse."
        )
    elif not sheet.keeps_boxes:
        yield "Ce fichier est un texte sans mise en forme : des cases cochées ont pu s’y perdre."
    if origin is not None and questionnaire.form_hash not in ("", origin.form):
        yield (
            "Le formulaire a changé depuis que ce fichier en est parti : ce qui y est encore "
            "demandé est lu, le reste est montré à part. Relisez chaque réponse."
        )
    if authentic is False:
        yield _doubt(origin)
    if tags := _tags_in(sheet):
        yield f"Ce fichier porte des balises de modèle, lues comme du texte : {tags}."


def _doubt(origin: Origin | None) -> str:
    if origin is not None and origin.reference:
        return (
            "Le code d’origine de ce fichier est faux : rien ne dit qu’il vienne du dossier "
            f"{origin.reference}, qu’il nomme."
        )
    return (
        "Le code d’origine de ce fichier n’est pas d’ici : il vient d’un bac à sable ou d’un autre "
        "site, ou ce code a été changé. Il est lu quand même."
    )


def _tags_in(sheet: Sheet) -> str:
    """The first ones, as they are written."""
    texts = (text for line in sheet.lines for text in (line.text, line.flat))
    found = dict.fromkeys(each.strip() for text in texts for each in _TAG.findall(text))
    return ", ".join(f"« {each} »" for each in list(found)[:3])
