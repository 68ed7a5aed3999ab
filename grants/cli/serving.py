"""`grants serve` and `grants demo`."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from dataclasses import replace
from itertools import groupby

import click
import waitress
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from grants.cli.french import Refused, system_reason
from grants.cli.instance import check_schema, engine_of, now, sessions_of, settings_of
from grants.cli.schema import downgrade, upgrade
from grants.config import Settings
from grants.database import WRITING
from grants.demo import PASSWORD, build, build_library, guide, holds_demo, is_empty
from grants.dossiers.clocks import run_clocks
from grants.dossiers.office import run_conversions
from grants.dossiers.operations.conversions import sweep_conversions
from grants.dossiers.operations.proposals import sweep_proposals
from grants.files import FileStore
from grants.forms.types.file import MOST_BYTES
from grants.mail.delivery import Smtp, deliver_due
from grants.rehearsal.sandboxes import Sandboxes
from grants.web.press import desk_of, press_of
from grants.worker import Worker

LOOPBACK = "127.0.0.1"
PORT = 8000
THREADS = 8
MAILS_EVERY_SECONDS = 5.0
CLOCKS_EVERY_SECONDS = 60.0
OFFICE_EVERY_SECONDS = 1.0

port = click.option("--port", type=click.IntRange(1, 65535), default=PORT, help="Port (8000).")


@click.command(name="serve")
@click.option("--host", default=LOOPBACK, metavar="ADRESSE", help="Adresse d’écoute (127.0.0.1).")
@port
def serve(host: str, port: int) -> None:
    """Sert les pages, envoie les courriels et suit les échéances."""
    settings = _at_port(settings_of(), port)
    engine = engine_of(settings)
    check_schema(engine)
    with Session(engine) as session:
        if holds_demo(session) and not settings.demo:
            raise Refused(
                "Cette instance contient la démonstration, dont le mot de passe est public : "
                "lancez « grants demo », ou choisissez une autre instance (GRANTS_INSTANCE)."
            )
    _serve(settings, engine, host, port)


@click.command(name="demo")
@click.option("--no-serve", is_flag=True, help="Prépare la démonstration sans servir les pages.")
@click.option("--fresh", is_flag=True, help="Efface la démonstration et la refait.")
@port
def demo(no_serve: bool, fresh: bool, port: int) -> None:
    """Prépare la démonstration, en dit les comptes, et la sert."""
    settings = settings_of({"GRANTS_DEMO": "1", **os.environ})
    # Nothing leaves the machine: the demonstration shows its outbox.
    settings = _at_port(replace(settings, demo=True, smtp=None), port)
    engine = engine_of(settings)
    _prepare(settings, engine, fresh=fresh)
    _tell_accounts()
    if no_serve:
        click.echo("\nPour servir les pages : grants demo")
    else:
        _serve(settings, engine, LOOPBACK, port)


def _prepare(settings: Settings, engine: Engine, *, fresh: bool) -> None:
    upgrade(settings)
    with Session(engine) as session:
        empty, ours = is_empty(session), holds_demo(session)
    if not empty and not ours:
        raise Refused(
            "Cette instance contient d’autres données que la démonstration : "
            "choisissez-en une autre (GRANTS_INSTANCE)."
        )
    if ours and not fresh:
        click.echo("La démonstration est déjà là (pour la refaire : grants demo --fresh).")
        return
    if ours:
        click.echo("Effacement de la démonstration…")
        downgrade(settings)
        upgrade(settings)
        Sandboxes(settings).erase_all()
    with Session(engine) as session, session.begin():
        session.connection(execution_options=WRITING)
        today = now()
        build(session, now=today, progress=click.echo)
        build_library(session, now=today, store=FileStore(settings.files), progress=click.echo)


def _tell_accounts() -> None:
    lines = guide()
    width = max(len(each.email) for each in lines)
    click.echo(f"\nComptes de démonstration. Mot de passe de tous : {PASSWORD}")
    for call, of_call in groupby(lines, key=lambda each: each.call):
        click.echo(f"\n{call}")
        for body, of_body in groupby(of_call, key=lambda each: each.body):
            click.echo(f"\n  {body}")
            for each in of_body:
                click.echo(f"    {each.email.ljust(width)}  {each.note}")


def _at_port(settings: Settings, port: int) -> Settings:
    """Links follow the port unless the site's address was given."""
    if os.environ.get("GRANTS_BASE_URL", "").strip():
        return settings
    return replace(settings, base_url=f"http://{LOOPBACK}:{port}")


def _serve(settings: Settings, engine: Engine, host: str, port: int) -> None:
    # Loading the screens takes a second that no other command should wait for.
    from grants.app import create_app  # noqa: PLC0415

    listener = listen(host, port)
    app = create_app(settings)
    click.echo(f"\nÀ ouvrir : {settings.base_url}   (Ctrl+C pour arrêter)")
    with ExitStack() as stack:
        for worker in _workers(settings, engine):
            stack.enter_context(worker)
        waitress.serve(
            app,
            sockets=[listener],
            threads=THREADS,
            url_scheme="https" if settings.https else "http",
            # The application itself refuses so much to every page that takes no file.
            max_request_body_size=settings.max_form_bytes + MOST_BYTES,
            # Waitress would drop the headers that the named proxies are believed for.
            clear_untrusted_proxy_headers=not settings.proxies,
            ident=None,
            _quiet=True,
        )
    click.echo("Arrêté.")


def listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise Refused(
            f"Impossible d’écouter sur {host}:{port} : {system_reason(error)}. "
            "Un autre port se choisit par --port."
        ) from error


def _workers(settings: Settings, engine: Engine) -> list[Worker]:
    """Clocks, sandboxes and what waited too long each minute; mails more often, when a server is
    there to send them; LibreOffice, where it is, by itself: neither waits for it."""
    sessions = sessions_of(engine)

    def sandboxes() -> None:
        Sandboxes(settings).sweep(now=now())

    def clocks() -> None:
        run_clocks(sessions, now=now(), press=press_of(settings))

    def proposals() -> None:
        sweep_proposals(sessions, now=now())

    def conversions() -> None:
        sweep_conversions(sessions, FileStore(settings.sent), now=now())

    workers = [Worker([clocks, sandboxes, proposals, conversions], CLOCKS_EVERY_SECONDS)]
    if settings.smtp is not None:
        transport = Smtp(settings.smtp, settings.mail_from, settings.base_url)

        def mails() -> None:
            deliver_due(sessions, transport, clock=now)

        workers.append(Worker([mails], MAILS_EVERY_SECONDS))
    desk = desk_of(settings)
    if desk is not None:

        def office() -> None:
            run_conversions(sessions, desk, clock=now)

        workers.append(Worker([office], OFFICE_EVERY_SECONDS))
    return workers
