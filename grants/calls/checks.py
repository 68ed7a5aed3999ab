"""Faults of a call file that only show when its parts are put side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from grants.calls.definition import DECISION_FIELDS, OUTCOMES, CallDefinition
from grants.documents import DocumentError, slots_of
from grants.forms import FormDefinition, rule_errors
from grants.reference import bodies, territories
from grants.rules import RuleError, RuleType, parse, type_of
from grants.wording import day, joined, placeholders
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
    {
        "reference",
        "title",
        "holder",
        "call",
        "received",
        "version",
        "due",
        "note",
        "link",
        "clock",
        "hearing",
    }
)


@dataclass(frozen=True, slots=True)
class PathError:
    """`path` leads to the key at fault from the top of the file."""

    path: Path
    message: str


def call_errors(
    call: CallDefinition,
    models: Callable[[str], bytes] | None = None,
    *,
    lost: Collection[str] = (),
) -> list[PathError]:
    """All faults of a call whose every key is well formed.

    :param models: gives a Word model by its name, or raises LookupError; none: not looked at.
    :param lost: parts of the call that could not be read; what needs them is not checked.
    """
    found = [
        error
        for check, parts in _CHECKS
        if not set(parts.split()) & set(lost)
        for error in check(call)
    ]
    if models is not None and not _DOCUMENT_PARTS & set(lost):
        found += _word_model(call, models)
    return found


def _dates(call: CallDefinition) -> Iterator[PathError]:
    if call.dates.closes <= call.dates.opens:
        yield PathError(
            ("dates", "closes"), "la clôture (« closes ») doit suivre l’ouverture (« opens »)"
        )


def _form(call: CallDefinition) -> Iterator[PathError]:
    yield from _form_errors(call.form, ("form",))


def _forms_of_acts(call: CallDefinition) -> Iterator[PathError]:
    for key, form in call.forms.items():
        yield from _small_form_errors(form, ("forms", key))


def _forms_of_opinions(call: CallDefinition) -> Iterator[PathError]:
    for opinion in call.opinions.values():
        yield from _small_form_errors(opinion.form, ("opinions", opinion.key, "form"))


def _small_form_errors(form: FormDefinition, prefix: Path) -> Iterator[PathError]:
    """Those of a form that is posted whole, by an act: nothing is sent to it beforehand."""
    yield from _form_errors(form, prefix)
    for section in form.sections.values():
        for field in section.fields.values():
            if field.source == "uploads":
                yield PathError(
                    (*prefix, "sections", section.key, "fields", field.key, "type"),
                    "des fichiers ne se joignent qu’au formulaire du porteur",
                )


def _form_errors(form: FormDefinition, prefix: Path) -> Iterator[PathError]:
    for each in rule_errors(form):
        yield PathError((*prefix, *each.path), each.message)


def _circuit(call: CallDefinition) -> Iterator[PathError]:
    for each in circuit_errors(call.circuit):
        yield PathError(("circuit", *each.path), each.message)


def _services(call: CallDefinition) -> Iterator[PathError]:
    for service in call.services.values():
        scope = bodies.kinds().get(service.kind)
        here = ("services", service.key)
        if scope is None:
            known = joined([f"« {kind} »" for kind in bodies.kinds()])
            yield PathError(
                (*here, "kind"),
                f"sorte de service inconnue : « {service.kind} » (connues : {known})",
            )
        elif scope != service.scope:
            yield PathError(
                (*here, "scope"), f"un service « {service.kind} » a pour ressort « {scope} »"
            )


def _service_names(call: CallDefinition) -> Iterator[PathError]:
    for service in call.services.values():
        try:
            if service.kind in bodies.kinds():
                bodies.service_name(service.kind, call.reference_date)
        except bodies.UnknownName:
            yield PathError(
                ("services", service.key, "kind"),
                f"au {day(call.reference_date)} (« reference_date »), aucun service "
                f"« {service.kind} » n’existait",
            )


def _roles_of_services(call: CallDefinition) -> Iterator[PathError]:
    for role in call.circuit.roles.values():
        if role.service is not None and role.service not in call.services:
            yield PathError(
                ("circuit", "roles", role.key, "service"),
                f"le rôle « {role.key} » est d’un service inconnu : « {role.service} »",
            )


def _departments(call: CallDefinition) -> Iterator[PathError]:
    known = {each.code for each in territories.departments()}
    for i, code in enumerate(call.departments):
        if code not in known:
            yield PathError(("departments", str(i)), f"département inconnu : « {code} »")
        elif code in call.departments[:i]:
            yield PathError(("departments", str(i)), f"département écrit deux fois : « {code} »")


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
    if call.asked_figure is not None and call.asked_figure not in call.form.figures:
        yield PathError(("asked_figure",), f"chiffre inconnu : « {call.asked_figure} »")


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
    types = dict(call.form.field_types)
    types |= call.decision.form.field_types
    for opinion in call.opinions.values():
        types |= {f"{opinion.key}_{key}": kind for key, kind in opinion.form.field_types.items()}
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
    yield from _small_form_errors(call.decision.form, ("decision", "form"))
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


def _decided_states(call: CallDefinition) -> Iterator[PathError]:
    yield from _unknown(
        ("decision", "applicant_sees_in"),
        call.decision.applicant_sees_in,
        call.circuit.states,
        "état inconnu",
    )
    if not any(state.phase is Phase.DECIDED for state in call.circuit.states.values()):
        yield PathError(("circuit", "states"), "aucun état n’est de phase « decided »")


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


def _document(call: CallDefinition) -> Iterator[PathError]:
    for slot, text in call.document.compose.items():
        for name in placeholders(text):
            if name not in call.form.fields:
                yield PathError(("document", "compose", slot), f"champ inconnu : « {name} »")


def _word_model(call: CallDefinition, models: Callable[[str], bytes]) -> Iterator[PathError]:
    here = ("document", "model")
    if call.document.model is None:
        return
    try:
        wanted = slots_of(models(call.document.model))
    except LookupError:
        yield PathError(here, f"aucun modèle Word ne s’appelle « {call.document.model} »")
        return
    except DocumentError as fault:
        yield PathError(here, str(fault))
        return
    for name in sorted(wanted.names - document_slots(call)):
        yield PathError(here, f"le modèle Word attend « {name} », que rien ne remplit")


def document_slots(call: CallDefinition) -> frozenset[str]:
    """Every slot that the official document of `call` is given a value for."""
    slots = set(COMMON_SLOTS) | set(call.document.compose) | set(call.document.empty)
    for field in call.form.fields.values():
        slots.update(field.slots())
    for opinion in call.opinions.values():
        slots.add(f"opinion_{opinion.key}_given")
        for field in opinion.form.fields.values():
            slots.update(f"opinion_{opinion.key}_{slot}" for slot in field.slots())
    slots.add("decision_given")
    for field in call.decision.form.fields.values():
        slots.update(f"decision_{slot}" for slot in field.slots())
    return frozenset(slots)


#: Each check, with the parts of the call that it reads.
_CHECKS: tuple[tuple[Callable[[CallDefinition], Iterable[PathError]], str], ...] = (
    (_dates, "dates"),
    (_form, "form"),
    (_forms_of_acts, "forms"),
    (_forms_of_opinions, "opinions"),
    (_circuit, "circuit"),
    (_services, "services"),
    (_service_names, "services reference_date"),
    (_roles_of_services, "services circuit"),
    (_departments, "departments"),
    (_key_fields, "form territory_field title_field list_figures"),
    (_acts, "circuit forms opinions messages"),
    (_guards, "circuit form opinions decision"),
    (_opinions, "opinions circuit"),
    (_decision, "decision"),
    (_decided_states, "decision circuit"),
    (_messages, "messages circuit"),
    (_document, "document form"),
)
_DOCUMENT_PARTS = {"document", "form", "opinions"}
