"""The organisations of a dossier: who they are, what each still has to write, who has signed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from grants.accounts.models import Organisation
from grants.dossiers.models import Dossier, DossierParty, PartyInvitation
from grants.dossiers.operations.parties import (
    joined_as,
    parties_signed,
    pending_party_invitations,
)
from grants.dossiers.review import SectionProgress
from grants.dossiers.roles import organisations_of
from grants.extensions import db
from grants.web.access import Seen, actor
from grants.web.clock import now
from grants.wording import moment, plural
from grants.workflows.definition import Phase

HOLDER = "Porteur"


@dataclass(frozen=True, slots=True)
class Partner:
    """One organisation that applies, or the place kept for it."""

    #: None for the one that began the dossier.
    key: str | None
    label: str
    hint: str
    organisation: Organisation | None
    party: DossierParty | None
    invitation: PartyInvitation | None
    #: Of the sections that it writes.
    missing: int
    signature: str
    #: Who signed and when; empty before.
    told: str
    tone: str
    #: It signed the answers as they stand.
    signed: bool
    #: The visitor belongs to it.
    mine: bool

    @property
    def name(self) -> str:
        return self.organisation.name if self.organisation else "pas encore là"

    @property
    def still(self) -> str:
        """What it still has to write."""
        if not self.missing:
            return "Tout est rempli"
        return f"Il lui reste {plural(self.missing, 'réponse', 'réponses')} à donner ou à corriger"


def partners_of(seen: Seen, lines: Sequence[SectionProgress]) -> list[Partner]:
    """Empty when the call is for one organisation alone."""
    if not seen.call.parties:
        return []
    invited = {
        each.party_key: each for each in _invitations(seen.dossier) if each.expires_at > now()
    }
    signed = parties_signed(seen.dossier, seen.call)
    return [_partner(seen, key, invited, signed, lines) for key in (None, *seen.call.parties)]


def own_organisation(seen: Seen) -> Organisation:
    """The one through which the visitor sees the dossier; whoever began it first."""
    mine = {each.organisation_id for each in actor().memberships}
    held = organisations_of(seen.dossier).values()
    return next((each for each in held if each.id in mine), seen.dossier.organisation)


def leads(seen: Seen) -> bool:
    """Whether the visitor is of the organisation that began the dossier."""
    return own_organisation(seen).id == seen.dossier.organisation_id


def _invitations(dossier: Dossier) -> list[PartyInvitation]:
    if dossier.phase != Phase.DRAFT:
        return []
    return pending_party_invitations(db.session(), dossier, now=now())


def _partner(
    seen: Seen,
    key: str | None,
    invited: dict[str, PartyInvitation],
    signed: Collection[str],
    lines: Sequence[SectionProgress],
) -> Partner:
    party = joined_as(seen.dossier, key)
    organisation = organisations_of(seen.dossier).get(key)
    sections = seen.call.form.sections
    definition = seen.call.parties.get(key or "")
    signature, told, tone = _signature(seen, party, holds=key in signed)
    return Partner(
        key=key,
        label=definition.label if definition else HOLDER,
        hint=definition.hint if definition else "",
        organisation=organisation,
        party=party,
        invitation=invited.get(key or ""),
        missing=sum(len(each.gaps) for each in lines if sections[each.key].party == key),
        signature=signature,
        told=told,
        tone=tone,
        signed=key in signed,
        mine=organisation is not None and organisation == own_organisation(seen),
    )


def _signature(seen: Seen, party: DossierParty | None, *, holds: bool) -> tuple[str, str, str]:
    """In two words, in full, and its tone."""
    if party is None:
        return "", "", "neutral"
    if party.signed_at is None:
        return "Pas encore signé", "", "neutral"
    by = party.signed_by.name if party.signed_by else ""
    told = f"Signé par {by}, le {moment(party.signed_at)}"
    if seen.dossier.phase == Phase.DRAFT and not holds:
        told += " ; une réponse a changé depuis, la signature est à refaire"
        return "Signature à refaire", told, "warning"
    return "Signé", told, "success"
