"""`grants workflow simulate`: invented dossiers walked through a call."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import click

from grants.calls.definition import CallDefinition
from grants.calls.loader import CallFileInvalid, decoded
from grants.calls.operations import CallRefused
from grants.cli.calls import call_or_refused, read_file
from grants.cli.french import FrenchCommand, Refused
from grants.cli.instance import columns, reading
from grants.rehearsal.answers import NoAnswers
from grants.rehearsal.report import Report
from grants.rehearsal.simulation import simulate as walked
from grants.rehearsal.walking import Stopped
from grants.wording import number, plural


@click.command(name="simulate", cls=FrenchCommand)
@click.argument("call", metavar="APPEL|FICHIER")
@click.option(
    "--dossiers", type=click.IntRange(1, 10_000), default=500, help="Nombre de dossiers (500)."
)
@click.option("--seed", type=int, default=7, help="Graine du hasard (7) : même graine, même suite.")
@click.option("--documents", is_flag=True, help="Imprime tous les dossiers, et non un sur 50.")
def simulate(call: str, dossiers: int, seed: int, documents: bool) -> None:
    """Fait vivre des dossiers inventés dans le circuit, par les vraies opérations.

    Dans une base jetable, à des dates simulées. S’arrête au premier acte proposé à quelqu’un puis
    refusé, avec le dossier, la personne, l’acte et le motif.
    """
    source = source_of(call)
    try:
        with click.progressbar(length=dossiers, label="Dossiers", file=sys.stderr) as bar:
            report = walked(
                source,
                dossiers=dossiers,
                seed=seed,
                documents=documents,
                progress=lambda _: bar.update(1),
            )
    except Stopped as stopped:
        raise Refused(_stopped(stopped)) from stopped
    except (NoAnswers, CallRefused) as refusal:
        raise Refused("\n".join(refusal.reasons)) from refusal
    except CallFileInvalid as invalid:
        raise Refused("\n".join(each.message for each in invalid.errors)) from invalid
    click.echo("\n\n".join(_told(report)))


def source_of(call: str) -> str:
    """The text of a call file: the one of that name, or the newest of an imported call.

    :raises Refused: with all its faults.
    """
    file = Path(call)
    if file.is_file():
        read_file(file, proved=False)
        return decoded(file.read_bytes())
    with reading() as (_, session):
        found = call_or_refused(session, call)
        if found.revision is None:
            raise Refused(f"L’appel « {call} » n’a pas encore de fichier.")
        return found.revision.source


def _stopped(stopped: Stopped) -> str:
    return (
        f"Dossier {stopped.reference} : « {stopped.what} », proposé à {stopped.person}, a été "
        "refusé :\n" + "\n".join(f"    {each}" for each in stopped.reasons)
    )


def _told(report: Report) -> list[str]:
    found = [_summary(report), _ends(report), _outcomes(report), _waits(report), _acts(report)]
    if report.stuck_in:
        found.append(_stuck(report))
    return found


def _summary(report: Report) -> str:
    return (
        f"{plural(report.dossiers, 'dossier', 'dossiers')}, "
        f"{plural(sum(report.acts.values()), 'acte', 'actes')} de personnes, "
        f"{number(report.clock_acts)} par échéance, {plural(report.reminders, 'rappel', 'rappels')}"
        f", {plural(report.documents, 'document', 'documents')}. Rien de proposé n’a été refusé."
    )


def _ends(report: Report) -> str:
    states = report.definition.circuit.states
    rows = [
        (states[key].labels.service, number(report.ends[key])) for key in states if report.ends[key]
    ]
    return columns(rows, ("FIN", "DOSSIERS"))


def _outcomes(report: Report) -> str:
    labels = _outcome_labels(report.definition)
    rows = [(labels.get(key, "Sans décision"), number(count)) for key, count in _by_count(report)]
    return columns(rows, ("DÉCISION", "DOSSIERS"))


def _by_count(report: Report) -> list[tuple[str, int]]:
    return sorted(report.outcomes.items(), key=lambda each: (-each[1], each[0]))


def _outcome_labels(call: CallDefinition) -> dict[str, str]:
    return dict(getattr(call.decision.form.fields["outcome"], "options", {}))


def _waits(report: Report) -> str:
    circuit = report.definition.circuit
    rows = [
        (
            circuit.states[each.state].labels.service,
            circuit.roles[each.role].label,
            number(each.count),
            _days(each.median),
            _days(each.nine_in_ten),
            _days(each.longest),
        )
        for each in report.waits
    ]
    return columns(rows, ("ÉTAT", "ATTEND", "FOIS", "MÉDIANE", "90 %", "MAX (JOURS)"))


def _days(wait: timedelta) -> str:
    return f"{wait / timedelta(days=1):.1f}".replace(".", ",")


def _acts(report: Report) -> str:
    rows = [(label, number(count)) for label, count in report.acts.most_common()]
    never = "".join(f"\nJamais fait : {each}" for each in report.never_done)
    return columns(rows, ("ACTE", "FOIS")) + never


def _stuck(report: Report) -> str:
    states = report.definition.circuit.states
    rows = [
        (states[state].labels.service, number(count), reason)
        for (state, reason), count in report.stuck_in.most_common()
    ]
    return columns(rows, ("RESTÉS LÀ", "DOSSIERS", "POURQUOI"))
