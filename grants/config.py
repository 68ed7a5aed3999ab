"""The settings of one installation, read from the environment and checked once, at start."""

import os
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, TypeVar, cast
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

SecondFactor = Literal["required", "optional", "off"]
Security = Literal["none", "starttls", "tls"]
Value = TypeVar("Value")

SECRETS = ("secret_key", "password_salt", "totp_secret")
SECRET_LENGTH = 32
#: Five long texts at their limit, percent-encoded by a browser, fit in three million bytes.
MAX_FORM_BYTES = 8_000_000
#: Of all the files that one dossier ever receives.
MAX_DOSSIER_BYTES = 1_000_000_000
SMTP_PORTS: Mapping[Security, int] = {"none": 25, "starttls": 587, "tls": 465}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class SmtpServer:
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    #: `starttls` turns a clear connection into an encrypted one, `tls` starts encrypted.
    security: Security = "none"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the variables `GRANTS_…` say; what is secret stays out of logs and tracebacks."""

    instance: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    password_salt: str = field(repr=False)
    totp_secret: str = field(repr=False)
    #: Without a slash at the end; mails build their links on it.
    base_url: str
    #: None: mails wait in the outbox.
    smtp: SmtpServer | None
    mail_from: str
    demo: bool
    second_factor: SecondFactor
    max_form_bytes: int
    max_dossier_bytes: int
    #: Proxies in front whose `X-Forwarded-…` headers are believed.
    proxies: int

    @property
    def files(self) -> Path:
        """The folder of the files that applicants hand in."""
        return self.instance / "files"

    @property
    def sent(self) -> Path:
        """The folder of files that wait to be converted and read, and are then gone."""
        return self.instance / "sent"

    @property
    def https(self) -> bool:
        """Cookies travel on encrypted connections only."""
        return self.base_url.startswith("https://")


def read_settings(environ: Mapping[str, str], root: Path) -> Settings:
    """Read every setting; make the instance folder and its secrets the first time.

    `root` is the folder that holds the package, a checkout when it has a pyproject.toml.

    :raises ValueError: in French, one line for each wrong setting; nothing is written then.
    """
    reader = _Reader(environ)
    instance = reader.read("GRANTS_INSTANCE", _folder, _default_instance(root))
    database_url = reader.read(
        "GRANTS_DATABASE_URL",
        lambda text: _database_url(text, instance),
        f"sqlite:///{instance / 'grants.sqlite'}",
    )
    given = {name: reader.read(f"GRANTS_{name.upper()}", _secret, None) for name in SECRETS}
    demo = reader.read("GRANTS_DEMO", _flag, False)
    usual_factor: SecondFactor = "off" if demo else "required"
    second_factor = reader.read("GRANTS_SECOND_FACTOR", _second_factor, usual_factor)
    base_url = reader.read("GRANTS_BASE_URL", _base_url, "http://127.0.0.1:8000")
    smtp = reader.read("GRANTS_SMTP_URL", _smtp_server, None)
    mail_from = reader.read("GRANTS_MAIL_FROM", _sender, None)
    if smtp and not reader.given("GRANTS_MAIL_FROM"):
        reader.refuse("GRANTS_MAIL_FROM", "un expéditeur est attendu avec GRANTS_SMTP_URL")
    max_form_bytes = reader.read("GRANTS_MAX_FORM_BYTES", _form_bytes, MAX_FORM_BYTES)
    max_dossier_bytes = reader.read("GRANTS_MAX_DOSSIER_BYTES", _dossier_bytes, MAX_DOSSIER_BYTES)
    proxies = reader.read("GRANTS_PROXIES", _proxies, 0)
    reader.raise_for_wrong()

    _make_instance(instance)
    kept = {name: value or _kept_secret(instance / name) for name, value in given.items()}
    return Settings(
        instance=instance,
        database_url=database_url,
        base_url=base_url,
        smtp=smtp,
        mail_from=mail_from or "Appels à projets <ne-pas-repondre@localhost>",
        demo=demo,
        second_factor=second_factor,
        max_form_bytes=max_form_bytes,
        max_dossier_bytes=max_dossier_bytes,
        proxies=proxies,
        **kept,
    )


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.wrong: list[str] = []

    def given(self, name: str) -> str:
        return self.environ.get(name, "").strip()

    def read(self, name: str, parse: Callable[[str], Value], default: Value) -> Value:
        """The default when the variable is absent or empty, and after a refusal."""
        if not (text := self.given(name)):
            return default
        try:
            return parse(text)
        except ValueError as error:
            self.refuse(name, str(error))
            return default

    def refuse(self, name: str, reason: str) -> None:
        self.wrong.append(f"{name} : {reason}")

    def raise_for_wrong(self) -> None:
        if self.wrong:
            raise ValueError("\n".join(["Réglages à corriger :", *self.wrong]))


def _default_instance(root: Path) -> Path:
    if (root / "pyproject.toml").is_file():
        return (root / "instance").absolute()
    return Path(sys.prefix) / "var" / "grants-instance"


def _folder(text: str) -> Path:
    folder = Path(text).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"« {text} » n’est pas un dossier")
    return folder


def _database_url(text: str, instance: Path) -> str:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # The address may hold a password: it is not repeated.
        raise ValueError("l’adresse de la base est illisible") from None
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.drivername != "sqlite":
        raise ValueError(f"« {url.drivername} » n’est ni sqlite ni postgresql")
    if url.database in (None, "", ":memory:"):
        raise ValueError("une base en mémoire serait perdue à l’arrêt : donnez un fichier")
    return url.set(database=str(instance / str(url.database))).render_as_string()


def _secret(text: str) -> str:
    if len(text) < SECRET_LENGTH:
        raise ValueError(f"au moins {SECRET_LENGTH} caractères sont attendus")
    return text


def _flag(text: str) -> bool:
    if text.lower() in ("1", "true", "yes", "oui"):
        return True
    if text.lower() in ("0", "false", "no", "non"):
        return False
    raise ValueError(f"« {text} » n’est ni 1 ni 0")


def _proxies(text: str) -> int:
    if not text.isdecimal() or int(text) > 5:
        raise ValueError(f"« {text} » n’est pas un nombre de serveurs mandataires, de 0 à 5")
    return int(text)


def _second_factor(text: str) -> SecondFactor:
    if text not in ("required", "optional", "off"):
        raise ValueError(f"« {text} » n’est ni required, ni optional, ni off")
    return cast(SecondFactor, text)


def _split(text: str, schemes: tuple[str, ...]) -> tuple[SplitResult, int | None]:
    """The parts of an address and its port, after a check of scheme, host and port.

    An address may hold a password: the refusal does not repeat it.
    """
    expected = " ou ".join(f"{scheme}://" for scheme in schemes)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("l’adresse est illisible") from None
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"une adresse {expected} est attendue")
    return parts, port


def _base_url(text: str) -> str:
    parts, _ = _split(text, ("http", "https"))
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError("ni « ? », ni « # », ni « @ » dans l’adresse du site")
    return text.rstrip("/")


def _smtp_server(text: str) -> SmtpServer:
    parts, port = _split(text, ("smtp", "smtps"))
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    starttls = _flag(options.pop("starttls", "0"))
    if options or parts.path.strip("/"):
        raise ValueError("seul « ?starttls=1 » peut suivre le serveur")
    if parts.scheme == "smtps" and starttls:
        raise ValueError("smtps:// est déjà chiffré : retirez starttls")
    security: Security = "tls" if parts.scheme == "smtps" else "starttls" if starttls else "none"
    host = str(parts.hostname)
    if parts.username and security == "none" and host not in LOOPBACK:
        raise ValueError("le mot de passe partirait en clair : ajoutez ?starttls=1 ou smtps://")
    return SmtpServer(
        host=host,
        port=port or SMTP_PORTS[security],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or "") if parts.username else None,
        security=security,
    )


def _sender(text: str) -> str:
    name, address = parseaddr(text)
    try:
        sender = Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError):
        sender = None
    if sender is None or not (sender.username and sender.domain and text.isprintable()):
        raise ValueError(f"« {text} » n’est pas une adresse électronique")
    return text


def _form_bytes(text: str) -> int:
    return _bytes(text, 100_000, 100_000_000)


def _dossier_bytes(text: str) -> int:
    return _bytes(text, 1_000_000, 100_000_000_000)


def _bytes(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ValueError(f"« {text} » n’est pas un nombre d’octets entre {least} et {most}")
    return int(text)


def _make_instance(instance: Path) -> None:
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(_instance_refused(instance, error)) from error


def _kept_secret(path: Path) -> str:
    """The secret in this file, made by the first process that asks for it."""
    try:
        if not path.exists():
            _create_once(path, secrets.token_urlsafe(SECRET_LENGTH))
        return _secret(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise ValueError(_instance_refused(path, error)) from error
    except ValueError as error:
        raise ValueError(f"Réglages à corriger :\n{path} : secret abîmé, {error}") from error


def _create_once(path: Path, text: str) -> None:
    """A whole file or none, and of two processes at once the first one's file stays."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _instance_refused(path: Path, error: OSError) -> str:
    reason = f"{path} ne peut être lu ou écrit ({error.strerror})"
    return f"Réglages à corriger :\nGRANTS_INSTANCE : {reason}"
