"""Forms, and the fields that the engine itself reads."""

from __future__ import annotations

from collections.abc import Iterator

from grants.calls.checks.errors import Path, PathError
from grants.calls.definition import CallDefinition
from grants.forms import FieldDefinition, FormDefinition, SectionDefinition, rule_errors
from grants.rules import RuleError, parse


def dates(call: CallDefinition) -> Iterator[PathError]:
    if call.dates.closes <= call.dates.opens:
        yield PathError(
            ("dates", "closes"), "la clôture (« closes ») doit suivre l’ouverture (« opens »)"
        )


def form(call: CallDefinition) -> Iterator[PathError]:
    yield from form_errors(call.form, ("form",))


def forms_of_acts(call: CallDefinition) -> Iterator[PathError]:
    for key, form in call.forms.items():
        yield from small_form_errors(form, ("forms", key))


def forms_of_opinions(call: CallDefinition) -> Iterator[PathError]:
    for opinion in call.opinions.values():
        yield from small_form_errors(opinion.form, ("opinions", opinion.key, "form"))


def small_form_errors(form: FormDefinition, prefix: Path) -> Iterator[PathError]:
    """Those of a form that is posted whole, by an act: nothing is sent to it beforehand."""
    yield from form_errors(form, prefix)
    for section in form.sections.values():
        for field in section.fields.values():
            if field.source == "uploads":
                yield PathError(
                    (*prefix, "sections", section.key, "fields", field.key, "type"),
                    "des fichiers ne se joignent qu’au formulaire du porteur",
                )


def form_errors(form: FormDefinition, prefix: Path) -> Iterator[PathError]:
    for each in rule_errors(form):
        yield PathError((*prefix, *each.path), each.message)


def key_fields(call: CallDefinition) -> Iterator[PathError]:
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


def eligibility(call: CallDefinition) -> Iterator[PathError]:
    """The section asked first stands alone: it is answered before anything else."""
    if call.eligibility is None:
        return
    here = ("eligibility",)
    section = call.form.sections.get(call.eligibility)
    if section is None:
        yield PathError(here, f"rubrique inconnue : « {call.eligibility} »")
        return
    if section.party is not None:
        yield PathError(
            here, f"la rubrique « {section.key} » est d’un autre organisme (« {section.party} »)"
        )
    for field in section.fields.values():
        yield from _asked_first(section, field)


def _asked_first(section: SectionDefinition, field: FieldDefinition) -> Iterator[PathError]:
    here: Path = ("form", "sections", section.key, "fields", field.key)
    if field.source == "uploads":
        yield PathError(
            (*here, "type"), "on ne joint pas de fichier avant que le dossier soit commencé"
        )
    for part in ("shown_when", "required_when"):
        rule = getattr(field, part)
        for name in sorted(_names(rule) - section.fields.keys()):
            yield PathError(
                (*here, part),
                f"« {name} » n’est pas de la rubrique « {section.key} », posée avant les autres "
                "(« eligibility »)",
            )


def _names(rule: str | None) -> set[str]:
    """The fields that a rule reads; none of one that cannot be read, told for itself."""
    try:
        return {name.partition(".")[0] for name in parse(rule).names} if rule else set()
    except RuleError:
        return set()
