"""Faults of a form that its keys alone do not show: what its rules, messages and slots name."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass

from grants.forms.definition import Check, Figure, FormDefinition, SectionDefinition
from grants.forms.field import FieldDefinition
from grants.forms.types.calculations import NUMBERS, Fault, calculated_types
from grants.forms.types.table import TableField
from grants.rules import (
    TRUTH,
    Kind,
    RuleError,
    RuleType,
    nearest,
    parse,
    refuse_division_by_zero,
    type_of,
)
from grants.wording import placeholders

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormError:
    """`path` leads to the key at fault, from the form down."""

    path: Path
    message: str


def rule_errors(form: FormDefinition) -> list[FormError]:
    """All of them, in the form's order."""
    return list(_Soundness(form).errors())


class _Soundness:
    def __init__(self, form: FormDefinition) -> None:
        self.form = form
        #: Computed fields, tables and figures at fault: what speaks of them is not held against it.
        self.wrong: set[str] = set()
        self.faults_of_columns = self._faults_of_columns()
        types = {
            key: field.rule_type() for key, field in form.fields.items() if key not in form.computed
        }
        foreign = dict.fromkeys(
            form.figures, "un calcul ne lit que des questions, non des chiffres : écrire le calcul"
        )
        found, self.faults_of_fields = calculated_types(form.fields, types, self.wrong, foreign)
        types |= found
        self.wrong |= form.computed.keys() - found.keys()
        self.fields = {key: types[key] for key in form.fields if key in types}
        self.types = dict(self.fields)

    def _faults_of_columns(self) -> dict[str, list[Fault]]:
        """Those of each table that has any."""
        foreign = dict.fromkeys(
            self.form.fields, "un calcul de colonne ne lit que les colonnes de sa ligne"
        )
        found = {}
        for key, table in self.form.fields.items():
            if isinstance(table, TableField):
                _, faults = calculated_types(
                    table.columns, table.types_of_filled_columns, set(), foreign
                )
                if faults:
                    found[key] = faults
        self.wrong |= found.keys()
        return found

    def errors(self) -> Iterator[FormError]:
        # Figures first: the rules of fields may speak of them.
        figures = [error for figure in self.form.figures.values() for error in self.figure(figure)]
        for section in self.form.sections.values():
            yield from self.section(section)
        yield from self.repeated_keys()
        yield from self.repeated_slots()
        yield from figures
        for check in self.form.checks.values():
            yield from self.check(check)

    def section(self, section: SectionDefinition) -> Iterator[FormError]:
        here = ("sections", section.key)
        for field in section.fields.values():
            yield from self.field(field, (*here, "fields", field.key))
        for index, name in enumerate(section.figures):
            yield from self.known(
                (*here, "figures", str(index)), name, self.form.figures, "chiffre inconnu"
            )

    def field(self, field: FieldDefinition, here: Path) -> Iterator[FormError]:
        for fault in self.faults_of_columns.get(field.key, ()):
            yield FormError((*here, "columns", fault.key, fault.part), fault.message)
        for fault in self.faults_of_fields:
            if fault.key == field.key:
                yield FormError((*here, fault.part), fault.message)
        if field.required_when is not None:
            yield from self.condition((*here, "required_when"), field.required_when, self.types)
        if field.shown_when is not None:
            before = self.before(field.key)
            yield from self.condition(
                (*here, "shown_when"),
                field.shown_when,
                before,
                later=self.types.keys() - before.keys(),
                hint="une condition d’affichage ne lit que les champs placés avant",
            )

    def before(self, key: str) -> dict[str, RuleType]:
        keys = list(self.form.fields)
        return {each: self.fields[each] for each in keys[: keys.index(key)] if each in self.fields}

    def figure(self, figure: Figure) -> Iterator[FormError]:
        here = ("figures", figure.key)
        if figure.key in self.form.fields:
            yield FormError(here, f"« {figure.key} » est déjà le nom d’un champ")
            return
        found = yield from self.typed(
            (*here, "value"),
            figure.value,
            self.types,
            later=self.form.figures.keys() - self.types.keys(),
            hint="un chiffre ne lit que les chiffres placés avant",
        )
        if found is None:
            self.wrong.add(figure.key)
            return
        if found.kind not in NUMBERS:
            self.wrong.add(figure.key)
            yield FormError((*here, "value"), "un chiffre est un nombre, un montant ou une part")
            return
        self.types[figure.key] = found
        if figure.shown_as == "percent" and found.kind is Kind.MONEY:
            yield FormError((*here, "as"), "un montant ne s’affiche pas en pourcentage")

    def check(self, check: Check) -> Iterator[FormError]:
        here = ("checks", check.key)
        yield from self.condition((*here, "when"), check.when, self.types)
        for index, name in enumerate(check.fields):
            yield from self.known(
                (*here, "fields", str(index)), name, self.form.fields, "champ inconnu"
            )
        for name in placeholders(check.message):
            known = {**self.form.fields, **self.form.figures}
            yield from self.known((*here, "message"), name, known, "champ ou chiffre inconnu")
        if check.justification_key in self.form.fields:
            yield FormError(
                here, f"« {check.justification_key} » est déjà le nom d’un champ : changer l’un"
            )

    def condition(
        self,
        path: Path,
        source: str,
        types: Mapping[str, RuleType],
        *,
        later: set[str] | None = None,
        hint: str = "",
    ) -> Iterator[FormError]:
        found = yield from self.typed(path, source, types, later=later or set(), hint=hint)
        if found is not None and found.kind not in (TRUTH.kind, Kind.UNKNOWN):
            yield FormError(path, "une condition est attendue : comparer, ou écrire filled(…)")

    def typed(
        self,
        path: Path,
        source: str,
        types: Mapping[str, RuleType],
        *,
        later: set[str],
        hint: str,
    ) -> Generator[FormError, None, RuleType | None]:
        """The type of a rule; None after its error, or when what it speaks of is to blame."""
        try:
            expression = parse(source)
            if expression.names & self.wrong:
                return None
            if too_late := sorted(expression.names & later):
                yield FormError(path, f"« {too_late[0]} » vient après : {hint}")
                return None
            found = type_of(expression, types)
            refuse_division_by_zero(expression)
        except RuleError as fault:
            yield FormError(path, str(fault))
            return None
        return found

    def known(
        self, path: Path, name: str, names: Mapping[str, object], fault: str
    ) -> Iterator[FormError]:
        if name not in names:
            yield FormError(path, f"{fault} : « {name} »{nearest(name, names)}")

    def repeated_keys(self) -> Iterator[FormError]:
        seen: set[str] = set()
        for path, field in self.placed_fields():
            if field.key in seen:
                yield FormError(path, f"deux champs ont la clé « {field.key} »")
            seen.add(field.key)

    def repeated_slots(self) -> Iterator[FormError]:
        owners: dict[str, str] = {}
        for path, field in self.placed_fields():
            for slot in field.slots():
                owner = owners.setdefault(slot, field.key)
                if owner != field.key:
                    yield FormError(
                        (*path, "slot"), f"l’emplacement Word « {slot} » sert déjà à « {owner} »"
                    )

    def placed_fields(self) -> Iterator[tuple[Path, FieldDefinition]]:
        for section in self.form.sections.values():
            for field in section.fields.values():
                yield ("sections", section.key, "fields", field.key), field
