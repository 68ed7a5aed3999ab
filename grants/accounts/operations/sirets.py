"""The number of an establishment, as people type it."""

import re

from stdnum.fr import siret as register

from grants.accounts.errors import AccountRefused


def checked_siret(text: str) -> str:
    """The fourteen digits.

    :raises AccountRefused: saying what is wrong with what was typed.
    """
    digits = re.sub(r"[\s.\-]", "", text)
    if not digits or not re.fullmatch(r"[0-9]+", digits):
        reason = "Écrivez les 14 chiffres du SIRET, par exemple « 732 829 320 00074 »."
    elif len(digits) == 9:
        reason = "C’est un SIREN (9 chiffres) : ajoutez les 5 chiffres de votre établissement."
    elif len(digits) != 14:
        reason = f"Un SIRET a 14 chiffres : vous en avez saisi {len(digits)}."
    elif not register.is_valid(digits):
        reason = "Ce SIRET comporte une erreur de frappe : sa clé de contrôle est fausse."
    else:
        return digits
    raise AccountRefused(reason, field="siret")
