"""Mails that no call words itself: the same for all. Placeholders as in a call's messages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """Placeholders: those of `messages`, and what the notice is about."""

    key: str
    subject: str
    body: str


HEARING_MOVED = Notice(
    "hearing",
    "{reference} : votre audition est déplacée",
    """\
Dossier {reference}, « {title} » : {hearing}.

Nouvelle heure : {slot}.

{link}""",
)

HEARING_CANCELLED = Notice(
    "hearing",
    "{reference} : votre audition est annulée",
    """\
Dossier {reference}, « {title} » : {hearing}.

Le créneau que vous aviez réservé ne tient plus. Choisissez-en un autre.

{link}""",
)

JOINED = Notice(
    "joined",
    "{reference} : {organisation} a rejoint le dossier",
    """\
Bonjour,

{person} a accepté votre invitation : {organisation} a rejoint le dossier {reference}
comme : {party}.

Si ce n’est pas l’organisme que vous attendiez, retirez-le avant qu’il ne signe :

{link}""",
)

_LEFT = """\
Bonjour,

{{organisation}} n’est plus dans le dossier {{reference}}, pour l’appel :
{{call}}

{why}

Ce que votre organisme y a écrit reste dans le dossier, mais vous ne pouvez plus l’ouvrir."""

REMOVED = Notice(
    "left",
    "{reference} : {organisation} n’est plus dans le dossier",
    _LEFT.format(why="{person}, de {lead}, l’en a retiré. Demandez-lui pourquoi."),
)

LEFT_OUT = Notice(
    "left",
    "{reference} : {organisation} n’est plus dans le dossier",
    _LEFT.format(
        why="{person}, de {lead}, a choisi le nouveau formulaire de l’appel, qui ne prévoit plus "
        "votre organisme."
    ),
)
