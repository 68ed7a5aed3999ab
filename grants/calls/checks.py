"""Faults of a call file that only show when its parts are put side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from grants.calls.definition import DECISION_FIELDS, OUTCOMES, CallDefinition
from grants.documents import DocumentError, slots_of
from grants.forms import FormDefinition, rule_errors
from grants.reference import bodies, territories
from grants.rules import RuleError, RuleType, parse, type_of
from grants.workflows.definition import Phase
from grants.workflows.soundness import circuit_errors

Path = tuple[str, ...]

#: Slots that every official document is given, whatever its call.
COMMON_SLOTS = frozenset(
    {
        "call_title",
        "reference",
        "version_label",
        "holder",
        "status_label",
        "demo_notice",
        "printed_on",
    }
)

#: What a message may say of its dossier.
PLACEHOLDERS = frozenset(
    {"reference", "title", "holder", "call", "received", "version", "due", "note", "link", "clock"}
)


@dataclass(frozen=True, slots=True)
class PathError:
    """`path` leads to the key at fault from the top of the file."""

    path: Path
    message: str


def form_path_errors(form: FormDefinition, prefix: Path) -> list[PathError]:
    return [PathError((*prefix, *each.path), each.message) for each in rule_errors(form)]


def call_errors(call: CallDefinition, model: bytes | None = None) -> list[PathError]:
    """All faults of a call whose keys are well formed; `model` is its Word model, if at hand."""
    return [
        *_dates(call),
        *_forms(call),
        *(
            PathError(("circuit", *each.path), each.message)
            for each in circuit_errors(call.circuit)
        ),
        *_services(call),
        *_key_fields(call),
        *_acts(call),
        *_guards(call),
        *_opinions(call),
        *_decision(call),
        *_messages(call),
        *_document(call, model),
    ]


def _dates(call: CallDefinition) -> Iterator[PathError]:
    if call.dates.closes <= call.dates.opens:
        yield PathError(
            ("dates", "closes"), "la clôture (« closes ») doit suivre l’ouverture (« opens »)"
        )


def _all_forms(call: CallDefinition) -> Iterator[tuple[Path, FormDefinition]]:
    yield ("form",), call.form
    for key, form in call.forms.items():
        yield ("forms", key), form
    for opinion in call.opinions.values():
        yield ("opinions", opinion.key, "form"), opinion.form
    yield ("decision", "form"), call.decision.form


def _forms(call: CallDefinition) -> Iterator[PathError]:
    for path, form in _all_forms(call):
        yield from form_path_errors(form, path)


def _services(call: CallDefinition) -> Iterator[PathError]:
    for service in call.services.values():
        scope = bodies.kinds().get(service.kind)
        here = ("services", service.key)
        if scope is None:
            yield PathError((*here, "kind"), f"sorte de service inconnue : « {service.kind} »")
        elif scope != service.scope:
            yield PathError(
                (*here, "scope"), f"un service « {service.kind} » a pour ressort « {scope} »"
            )
    for role in call.circuit.roles.values():
        if role.service is not None and role.service not in call.services:
            yield PathError(
                ("circuit", "roles", role.key, "service"),
                f"le rôle « {role.key} » est d’un service inconnu : « {role.service} »",
            )
    for i, code in enumerate(call.departments):
        if code not in {each.code for each in territories.departments()}:
            yield PathError(("departments", str(i)), f"département inconnu : « {code} »")


def _key_fields(call: CallDefinition) -> Iterator[PathError]:
    for key, name, kinds in (
        ("territory_field", call.territory_field, {"commune"}),
        ("title_field", call.title_field, {"text"}),
    ):
        field = call.form.fields.get(name)
        if field is None:
            yield PathError((key,), f"champ inconnu : « {name} »")
        elif field.type not in kinds or not field.required:
            yield PathError(
                (key,), f"« {name} » doit être un champ « {'/'.join(kinds)} » obligatoire"
            )
    for i, name in enumerate(call.list_figures):
        if name not in call.form.figures:
            yield PathError(("list_figures", str(i)), f"chiffre inconnu : « {name} »")


def _acts(call: CallDefinition) -> Iterator[PathError]:
    for act in call.circuit.transitions.values():
        here: Path = ("circuit", "transitions", act.key)
        form = call.forms.get(act.form) if act.form else None
        if act.form and form is None:
            yield PathError((*here, "form"), f"formulaire inconnu : « {act.form} »")
        field = form.fields.get(act.due_field) if form and act.due_field else None
        if act.due_field and (field is None or field.type != "date" or not field.required):
            yield PathError(
                (*here, "due_field"),
                f"« {act.due_field} » doit être une date obligatoire du formulaire de l’action",
            )
        given = (act.gives,) if act.gives else ()
        yield from _unknown((*here, "gives"), given, call.opinions, "avis inconnu")
        yield from _unknown((*here, "reopens"), act.reopens, call.opinions, "avis inconnu")
        yield from _unknown((*here, "mails"), act.mails, call.messages, "courriel inconnu")
    for clock in call.circuit.clocks.values():
        message = (clock.message,) if clock.message else ()
        path = ("circuit", "clocks", clock.key, "message")
        yield from _unknown(path, message, call.messages, "courriel inconnu")


def guard_types(call: CallDefinition) -> dict[str, RuleType]:
    """What a guard may speak of: the deposited answers, the decision, `<opinion>_<field>`."""
    types = {key: field.rule_type() for key, field in call.form.fields.items()}
    types |= {key: field.rule_type() for key, field in call.decision.form.fields.items()}
    for opinion in call.opinions.values():
        types |= {
            f"{opinion.key}_{key}": field.rule_type() for key, field in opinion.form.fields.items()
        }
    return types


def _guards(call: CallDefinition) -> Iterator[PathError]:
    types = guard_types(call)
    for act in call.circuit.transitions.values():
        if act.guard:
            try:
                type_of(parse(act.guard), types)
            except RuleError as fault:
                yield PathError(("circuit", "transitions", act.key, "guard"), str(fault))


def _unknown(
    path: Path, names: Iterable[str], known: Mapping[str, object], what: str
) -> Iterator[PathError]:
    for name in names:
        if name not in known:
            yield PathError(path, f"{what} : « {name} »")


def _opinions(call: CallDefinition) -> Iterator[PathError]:
    given = {act.gives for act in call.circuit.transitions.values()}
    for opinion in call.opinions.values():
        here = ("opinions", opinion.key)
        roles, states = call.circuit.roles, call.circuit.states
        yield from _unknown((*here, "drafted_by"), opinion.drafted_by, roles, "rôle inconnu")
        yield from _unknown((*here, "drafted_in"), opinion.drafted_in, states, "état inconnu")
        yield from _unknown(
            (*here, "applicant_sees_in"), opinion.applicant_sees_in, states, "état inconnu"
        )
        if opinion.key not in given:
            yield PathError(here, f"aucune action ne rend l’avis « {opinion.key} » (« gives »)")


def _decision(call: CallDefinition) -> Iterator[PathError]:
    fields = call.decision.form.fields
    here: Path = ("decision", "form", "fields")
    for key, kind in DECISION_FIELDS.items():
        field = fields.get(key)
        if field is None:
            yield PathError(here, f"la décision doit avoir un champ « {key} » ({kind})")
        elif field.type != kind:
            yield PathError((*here, key, "type"), f"« {key} » doit être de type « {kind} »")
    outcome = fields.get("outcome")
    for option in getattr(outcome, "options", {}):
        if option not in OUTCOMES:
            yield PathError(
                (*here, "outcome", "options", option),
                f"« {option} » : une décision est {', '.join(OUTCOMES)}",
            )
    yield from _unknown(
        ("decision", "applicant_sees_in"),
        call.decision.applicant_sees_in,
        call.circuit.states,
        "état inconnu",
    )
    if not any(state.phase is Phase.DECIDED for state in call.circuit.states.values()):
        yield PathError(("circuit", "states"), "aucun état n’est de phase « decided »")


def placeholders(text: str) -> list[str]:
    """The names between braces in a text; `{{` and `}}` are not special here."""
    return re.findall(r"\{([^{}]*)\}", text)


def _messages(call: CallDefinition) -> Iterator[PathError]:
    for message in call.messages.values():
        here = ("messages", message.key)
        yield from _unknown((*here, "to"), message.to, call.circuit.roles, "rôle inconnu")
        for part in ("subject", "body"):
            for name in placeholders(getattr(message, part)):
                if name not in PLACEHOLDERS:
                    yield PathError(
                        (*here, part),
                        f"« {{{name}}} » est inconnu (connus : {', '.join(sorted(PLACEHOLDERS))})",
                    )


def _document(call: CallDefinition, model: bytes | None) -> Iterator[PathError]:
    for slot, text in call.document.compose.items():
        for name in placeholders(text):
            if name not in call.form.fields:
                yield PathError(("document", "compose", slot), f"champ inconnu : « {name} »")
    if model is None:
        return
    try:
        wanted = slots_of(model)
    except DocumentError as fault:
        yield PathError(("document", "model"), str(fault))
        return
    for name in sorted(wanted.names - document_slots(call)):
        yield PathError(
            ("document", "model"), f"le modèle Word attend « {name} », que rien ne remplit"
        )


def document_slots(call: CallDefinition) -> frozenset[str]:
    """Every slot that the official document of `call` is given a value for."""
    slots = set(COMMON_SLOTS) | set(call.document.compose) | set(call.document.empty)
    for field in call.form.fields.values():
        slots.update(field.slots())
    for opinion in call.opinions.values():
        slots.add(f"opinion_{opinion.key}_given")
        for field in opinion.form.fields.values():
            slots.update(f"opinion_{opinion.key}_{slot}" for slot in field.slots())
    return frozenset(slots)
