"""What is written to people: mails, the receipt, the Word document."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from grants.calls.checks.errors import PathError, unknown
from grants.calls.definition import CallDefinition
from grants.documents import DocumentError, slots_of
from grants.reference import bodies
from grants.wording import placeholders

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
        "issue_mark",
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


def messages(call: CallDefinition) -> Iterator[PathError]:
    for message in call.messages.values():
        here = ("messages", message.key)
        yield from unknown((*here, "to"), message.to, call.circuit.roles, "rôle inconnu")
        for part in ("subject", "body"):
            for name in placeholders(getattr(message, part)):
                if name not in PLACEHOLDERS:
                    yield PathError(
                        (*here, part),
                        f"« {{{name}}} » est inconnu (connus : {', '.join(sorted(PLACEHOLDERS))})",
                    )


def receipt(call: CallDefinition) -> Iterator[PathError]:
    """A service of the State owes these words; without them no appeal is ever too late."""
    if any(each.kind in bodies.kinds() for each in call.services.values()):
        for key in ("silence", "remedies"):
            if not getattr(call.receipt, key).strip():
                yield PathError(
                    ("receipt", key),
                    f"il manque « {key} » : un service de l’État instruit cet appel (CRPA, R112-5)",
                )


def document(call: CallDefinition) -> Iterator[PathError]:
    for slot, text in call.document.compose.items():
        for name in placeholders(text):
            if name not in call.form.fields:
                yield PathError(("document", "compose", slot), f"champ inconnu : « {name} »")


def word_model(call: CallDefinition, models: Callable[[str], bytes]) -> Iterator[PathError]:
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
    for key in call.grids:
        slots.update((f"grid_{key}_mean", f"grid_{key}_sheets", f"grid_{key}_rows"))
    slots.add("decision_given")
    for field in call.decision.form.fields.values():
        slots.update(f"decision_{slot}" for slot in field.slots())
    return frozenset(slots)
