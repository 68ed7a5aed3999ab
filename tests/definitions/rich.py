"""A call with all that goes on in parallel: opinions of which two of three are enough, a circuit
that goes on by itself, score sheets, hearings to book, places by theme."""

RICH = """\
slug: fabriques
title: Fabriques de quartier
reference_prefix: FQ
reference_date: 2015-01-01
summary: Des lieux où l’on apprend à faire.
aim: Ouvrir des fabriques.
who_may_apply: Les associations.
criteria: [Originalité, Faisabilité]
contact: {name: Service, address: 1 rue, email: a@example.org, phone: "05"}
dates: {opens: 2024-02-01 09:00, closes: 2024-03-01 12:00}
departments: ["17"]
services:
  social: {kind: ddcs, scope: department, label: Service social}
  works: {kind: ddt, scope: department, label: Service des travaux}
  jury: {kind: drjscs, scope: region, label: Jury}
  board: {kind: dreal, scope: region, label: Comité}
territory_field: place
title_field: name
form:
  sections:
    workshop:
      title: La fabrique
      fields:
        name: {type: text, label: Nom de la fabrique, required: true}
        place: {type: commune, label: Commune, required: true}
        theme:
          type: choice
          label: Thème
          required: true
          options: {education: Éducation, culture: Culture, health: Santé}
certification: Je certifie.
opinions:
  social:
    label: Avis social
    drafted_by: [social_officer]
    drafted_in: [panel]
    form: {fields: {text: {type: long_text, label: Avis sur le public, required: true}}}
  works:
    label: Avis technique
    drafted_by: [works_officer]
    drafted_in: [panel]
    form: {fields: {text: {type: long_text, label: Avis sur les locaux, required: true}}}
  board:
    label: Avis du comité
    drafted_by: [chair]
    drafted_in: [panel]
    optional: true
    form: {fields: {text: {type: long_text, label: Avis sur le projet, required: true}}}
grids:
  project:
    label: Grille du projet
    scored_by: [juror]
    scored_in: [jury]
    at_least: 2
    applicant_sees_in: [told]
    criteria:
      originality: {label: Originalité, hint: Ce que nul autre ne fait., max: 5, weight: 2}
      feasibility: {label: Faisabilité, max: 10}
hearings:
  interview:
    label: Audition devant le jury
    minutes: 20
    place: Salle Condorcet
    slots:
      - {day: 2026-11-20, from: "09:00", to: "10:00", every: 30}
      - {day: 2026-11-23, from: "14:00", to: "14:30", every: 30}
quotas:
  theme:
    label: Places par thème
    field: theme
    places: {education: 1, culture: 2}
    total: 2
    strict: true
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
    author: {label: Porteur, capacity: signatory}
    social_officer: {label: Agent du service social, service: social, capacity: officer}
    works_officer: {label: Agent des travaux, service: works, capacity: officer}
    juror: {label: Membre du jury, service: jury, capacity: officer}
    chair: {label: Président du comité, service: board, capacity: head}
  states:
    writing:
      phase: draft
      labels: {applicant: À écrire, service: À écrire}
      turn: [author]
      editors: [author]
    panel:
      phase: review
      labels: {applicant: À l’étude, service: Avis attendus}
      turn: [social_officer, works_officer]
      todo: {service: Les services donnent leur avis., social_officer: Rendez l’avis social.}
    jury:
      phase: review
      labels: {applicant: Devant le jury, service: Devant le jury}
      turn: [juror, author]
      todo:
        juror: Notez le projet.
        author: Choisissez l’heure de votre audition.
        service: Le jury note le projet.
    chosen: {phase: decided, labels: {applicant: À l’étude, service: Choisi}, turn: [chair]}
    told: {phase: notified, labels: {applicant: Décision connue, service: Décision connue}}
  transitions:
    send:
      {label: Déposer, done: Dossier déposé, from: [writing], to: panel, roles: [author],
       requires: [complete], freezes: true}
    give_social:
      {label: Rendre l’avis social, done: Avis social rendu, from: [panel], to: panel,
       roles: [social_officer], gives: social}
    give_works:
      {label: Rendre l’avis technique, done: Avis technique rendu, from: [panel], to: panel,
       roles: [works_officer], gives: works}
    give_board:
      {label: Rendre l’avis du comité, done: Avis du comité rendu, from: [panel], to: panel,
       roles: [chair], gives: board}
    gather:
      {label: Passer devant le jury, done: Dossier passé devant le jury, from: [panel], to: jury,
       awaits: {opinions: [social, works, board], at_least: 2}, mails: [invited]}
    score:
      {label: Remettre ma grille, done: Grille remise, from: [jury], to: jury, roles: [juror],
       scores: project, visible_to_applicant: false}
    book:
      {label: Choisir l’heure de l’audition, done: Audition réservée, from: [jury], to: jury,
       roles: [author], books: interview, mails: [booked]}
    choose:
      {label: Décider, done: Décision prise, from: [jury], to: chosen, roles: [chair],
       decides: true, awaits: {grids: [project], hearings: [interview]},
       visible_to_applicant: false}
    tell:
      {label: Notifier, done: Décision notifiée, from: [chosen], to: told, roles: [chair],
       notifies: true}
messages:
  invited: {to: [author], subject: "{reference} devant le jury", body: "Choisissez une heure."}
  booked: {to: [author, juror], subject: "{reference} : audition", body: "Audition : {hearing}."}
receipt: {silence_months: 2, silence: Refus., remedies: Recours.}
document: {title: Présentation}
"""
