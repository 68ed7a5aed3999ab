"""The smallest call that holds: one service, nothing in common with the HLM call but the engine."""

SMALL = """\
slug: jardins-partages
title: Jardins partagés
reference_prefix: JP
reference_date: 2024-01-01
summary: Des jardins ouverts à tous.
aim: Créer des jardins.
who_may_apply: Les associations.
criteria: [Ouverture au public]
contact: {name: Service, address: 1 rue, email: a@example.org, phone: "05"}
dates: {opens: 2024-02-01 09:00, closes: 2024-03-01 12:00}
services:
  state: {kind: ddt, scope: department, label: DDT}
territory_field: place
title_field: garden
form:
  sections:
    garden:
      title: Le jardin
      fields:
        garden: {type: text, label: Nom du jardin, required: true}
        place: {type: commune, label: Commune, required: true}
certification: Je certifie.
decision:
  label: Décision
  applicant_sees_in: [told]
  form:
    fields:
      outcome:
        {type: choice, label: Décision, required: true, options: {selected: Oui, rejected: Non}}
      amount: {type: money, label: Montant, required_when: outcome == 'selected'}
      rank: {type: integer, label: Rang}
      reason: {type: long_text, label: Motif, required_when: outcome == 'rejected'}
circuit:
  initial: writing
  roles:
    gardener: {label: Jardinier, capacity: signatory}
    chief: {label: Chef, service: state, capacity: head}
  states:
    writing:
      phase: draft
      labels: {applicant: À écrire, service: À écrire}
      turn: [gardener]
      editors: [gardener]
    reading: {phase: review, labels: {applicant: Lu, service: À lire}, turn: [chief]}
    chosen: {phase: decided, labels: {applicant: Lu, service: Choisi}, turn: [chief]}
    told: {phase: notified, labels: {applicant: Su, service: Su}}
  transitions:
    send:
      {label: Envoyer, done: Envoyé, from: [writing], to: reading, roles: [gardener],
       requires: [complete], freezes: true}
    choose:
      {label: Choisir, done: Choisi, from: [reading], to: chosen, roles: [chief], decides: true}
    tell: {label: Dire, done: Dit, from: [chosen], to: told, roles: [chief], notifies: true}
receipt: {silence_months: 2, silence: Refus., remedies: Recours.}
document: {model: presentation-hlm.docx, title: Présentation}
"""
