"""Click in French: its headings, its refusals, and no traceback for what people get wrong."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from click.exceptions import (
    Abort,
    BadParameter,
    ClickException,
    FileError,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchCommand,
    NoSuchOption,
    UsageError,
)
from sqlalchemy.exc import DBAPIError

REFUSED = 1
MISUSED = 2
INTERRUPTED = 130


#: What the system says in English.
_SYSTEM_REASONS = {
    errno.EACCES: "accès refusé",
    errno.EADDRINUSE: "port déjà pris",
    errno.EADDRNOTAVAIL: "cette machine n’a pas cette adresse",
    errno.EEXIST: "existe déjà",
    errno.EISDIR: "c’est un dossier",
    errno.ENOENT: "fichier ou dossier introuvable",
    errno.ENOSPC: "disque plein",
    errno.ENOTDIR: "n’est pas un dossier",
    errno.EROFS: "disque en lecture seule",
}


def system_reason(error: OSError) -> str:
    return _SYSTEM_REASONS.get(error.errno or 0, error.strerror or str(error))


class Refused(Exception):
    """What was asked cannot be done; the text says why, in French. Exit code 1."""


class FrenchCommand(click.Command):
    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Affiche cette aide."
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix="Usage : ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write(formatter, "Options", [each.get_help_record(ctx) for each in self.get_params(ctx)])


class FrenchGroup(FrenchCommand, click.Group):
    """A group whose `main` words every refusal in French; its members are French too."""

    command_class = FrenchCommand

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.subcommand_metavar = "COMMANDE…"

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        FrenchCommand.format_options(self, ctx, formatter)
        members = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        _write(
            formatter,
            "Commandes",
            [(name, each.get_short_help_str(70)) for name, each in members if each],
        )

    def main(self, *args: Any, **options: Any) -> Any:
        """Run, then leave with 0 (done), 1 (refused), 2 (misused) or 130 (interrupted)."""
        options["standalone_mode"] = False
        with _worded_refusals():
            code = super().main(*args, **options)
            sys.exit(code if isinstance(code, int) else 0)


@contextmanager
def _worded_refusals() -> Iterator[None]:
    """Leave with a French text and a code instead of any exception that people may cause."""
    try:
        yield
    except NoArgsIsHelpError as error:
        error.show()
        sys.exit(MISUSED)
    except UsageError as error:
        sys.exit(_misused(error))
    except (Refused, ClickException) as error:
        sys.exit(_refused(_reason(error)))
    except (Abort, KeyboardInterrupt):
        click.echo("\nInterrompu.", err=True)
        sys.exit(INTERRUPTED)
    except DBAPIError as error:
        sys.exit(_refused(f"La base de données a refusé : {error.orig}".rstrip()))
    except OSError as error:
        sys.exit(_refused(f"{error.filename or 'Fichier'} : {system_reason(error)}"))


def _reason(error: Refused | ClickException) -> str:
    if isinstance(error, FileError):
        return f"{error.ui_filename} ne peut être lu ou écrit ({error.message})"
    return error.format_message() if isinstance(error, ClickException) else str(error)


def _refused(text: str) -> int:
    click.echo(text, err=True)
    return REFUSED


def _misused(error: UsageError) -> int:
    if error.ctx is not None:
        click.echo(error.ctx.get_usage(), err=True)
        click.echo(f"Aide : {error.ctx.command_path} --help\n", err=True)
    click.echo(worded(error), err=True)
    return MISUSED


def worded(error: UsageError) -> str:
    """What was wrong on the command line."""
    match error:
        case MissingParameter():
            return f"Il manque {_name(error)}."
        case NoSuchOption():
            return f"Option inconnue : {error.option_name}."
        case NoSuchCommand():
            return f"Commande inconnue : {error.command_name}."
        case BadParameter() if isinstance(error.param, click.Parameter):
            return f"{_capitalised(_name(error))} : {_value_refused(error)}"
        case _:
            return f"Commande mal écrite : {error.format_message()}"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _name(error: BadParameter) -> str:
    param = error.param
    if isinstance(param, click.Argument):
        return f"l’argument {param.make_metavar(click.Context(click.Command('')))}"
    names = " ou ".join(param.opts) if param is not None else str(error.param_hint or "")
    return f"l’option {names}"


def _value_refused(error: BadParameter) -> str:
    match error.param.type if error.param is not None else None:
        case click.Choice() as choice:
            return f"valeurs admises : {', '.join(map(str, choice.choices))}."
        case click.IntRange() | click.types.IntParamType():
            return "un nombre entier est attendu."
        case click.Path() | click.File():
            return "ce fichier n’existe pas ou ne peut être lu."
        case _:
            return error.message


def _write(
    formatter: click.HelpFormatter, title: str, records: Sequence[tuple[str, str] | None]
) -> None:
    rows = [each for each in records if each is not None]
    if rows:
        with formatter.section(f"{title} "):
            formatter.write_dl(rows)
