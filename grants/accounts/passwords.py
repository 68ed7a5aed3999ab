"""Passwords: what is refused, and the form in which one is kept."""

import re
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher

MIN_LENGTH = 12
#: Longer ones would only make the server work.
MAX_LENGTH = 200
MIN_DISTINCT = 6

#: What remains of the usual passwords once figures and signs are taken away.
COMMON_WORDS = frozenset(
    word
    for line in (
        "abcdef abcdefgh admin administrateur administration azerty azertyuiop bienvenue bonjour",
        "changeme changezmoi chocolat connexion doudou france iloveyou jetaime letmein loulou",
        "marseille monmotdepasse motdepasse nicolas password passw passwort princesse qwerty",
        "qwertyuiop secret soleil sunshine superman test user utilisateur welcome",
    )
    for word in line.split()
)
RUNS = ("0123456789" * 3, "abcdefghijklmnopqrstuvwxyz", "azertyuiopqsdfghjklmwxcvbn", "qwertyuiop")

#: With the parameters of RFC 9106 for machines of little memory.
hasher = PasswordHasher()


def normalized(password: str) -> str:
    """The same accents typed on two keyboards are the same password."""
    return unicodedata.normalize("NFKD", password)


def hashed(password: str) -> str:
    """Argon2id, salted."""
    return hasher.hash(normalized(password))


def problem(password: str, about: Iterable[str] = ()) -> str | None:
    """Why this password is refused, in French; None when it is not.

    `about`: what others know of the person, such as name and address.
    """
    if len(password) < MIN_LENGTH:
        return f"Choisissez un mot de passe d’au moins {MIN_LENGTH} caractères."
    if len(password) > MAX_LENGTH:
        return f"Choisissez un mot de passe de {MAX_LENGTH} caractères au plus."
    if len(set(password.lower())) < MIN_DISTINCT or _is_common(password):
        return (
            "Ce mot de passe est trop courant : il serait deviné. Prenez par exemple quatre mots "
            "sans rapport entre eux."
        )
    if _tells(password, about):
        return "Ce mot de passe se déduit de votre nom ou de votre adresse : prenez-en un autre."
    return None


def _is_common(password: str) -> bool:
    lower = _plain(password)
    unmasked = lower.translate(str.maketrans("@0135$4", "aoiessa"))
    words = {_once(re.sub(r"[^a-z]", "", each)) for each in (lower, unmasked)}
    return bool(words & COMMON_WORDS) or any(lower in run or lower[::-1] in run for run in RUNS)


def _once(letters: str) -> str:
    """« azerty » for « azertyazerty »."""
    half = letters[: len(letters) // 2]
    return half if half and half * 2 == letters else letters


def _tells(password: str, about: Iterable[str]) -> bool:
    """Whether little is left of the password without what is known of the person."""
    rest = _plain(password)
    for text in about:
        for word in re.findall(r"[a-z]{3,}", _plain(text)):
            rest = rest.replace(word, "")
    return len(set(rest)) < MIN_DISTINCT


def _plain(text: str) -> str:
    return "".join(c for c in normalized(text).lower() if not unicodedata.combining(c))
