"""A call that an association and its evaluator answer together: criteria before a draft is opened,
a section for each organisation, files, a signature."""

SHARED = """\
slug: recherches
title: Recherches à deux
reference_prefix: RD
reference_date: 2015-01-01
summary: Une association et son évaluateur.
aim: Évaluer ce qui se fait.
who_may_apply: Les associations.
criteria: [Utilité]
contact: {name: Service, address: 1 rue, email: a@example.org, phone: "05"}
dates: {opens: 2024-02-01 09:00, closes: 2024-03-01 12:00}
departments: ["17"]
services:
  board: {kind: ddt, scope: department, label: Comité}
territory_field: place
title_field: name
eligibility: criteria
parties:
  evaluator: {label: Évaluateur, hint: Un laboratoire de recherche.}
form:
  sections:
    criteria:
      title: Êtes-vous éligible ?
      intro: Trois questions avant de commencer.
      fields:
        non_profit:
          {type: yes_no, label: Votre organisme est-il à but non lucratif ?, required: true,
           hint: Les statuts font foi.}
        begun: {type: date, label: Date de début du projet, required: true}
        funding: {type: money, label: Budget du projet}
    project:
      title: Le projet
      fields:
        name: {type: text, label: Nom du projet, required: true}
        place: {type: commune, label: Commune, required: true}
        statutes:
          {type: file, label: Statuts, accepts: [pdf], max_megabytes: 1, required: true,
           named: "{holder} STATUTS", hint: Les statuts signés.}
        accounts:
          {type: file, label: Comptes, accepts: [pdf, xlsx, png], max_megabytes: 2, max_files: 2}
    method:
      title: L’évaluation
      party: evaluator
      fields:
        method: {type: long_text, label: Méthode, required: true}
        protocol: {type: file, label: Protocole, accepts: [pdf, docx]}
  checks:
    profit:
      level: blocking
      when: non_profit == false
      message: Seuls les organismes à but non lucratif peuvent candidater.
      fields: [non_profit]
    cheap:
      level: blocking
      when: funding < euros(1000)
      message: "Le budget est d’au moins 1 000 € : vous avez écrit {funding}."
      fields: [funding]
    named_so:
      level: blocking
      when: non_profit == true and contains(name, 'essai')
      message: Un essai n’est pas un projet.
      fields: [non_profit, name]
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
    author: {label: Porteur, capacity: signatory}
    writer: {label: Rédacteur, capacity: editor}
    scientist: {label: Responsable de l’évaluation, capacity: signatory, party: evaluator}
    assistant: {label: Rédacteur de l’évaluation, capacity: editor, party: evaluator}
    reader: {label: Agent du comité, service: board, capacity: officer}
    chief: {label: Chef, service: board, capacity: head}
  states:
    writing:
      phase: draft
      labels: {applicant: À écrire, service: À écrire}
      turn: [author, writer, scientist, assistant]
      editors: [author, writer, scientist, assistant]
      todo:
        author: Remplissez vos rubriques, puis déposez.
        scientist: Remplissez votre rubrique, puis signez.
    reading:
      {phase: review, labels: {applicant: Lu, service: À lire}, turn: [chief]}
    chosen: {phase: decided, labels: {applicant: Lu, service: Choisi}, turn: [chief]}
    told: {phase: notified, labels: {applicant: Su, service: Su}}
  transitions:
    sign:
      {label: Signer, done: Dossier signé, from: [writing], to: writing, roles: [scientist],
       signs: true, requires: [complete]}
    send:
      {label: Déposer, done: Dossier déposé, from: [writing], to: reading, roles: [author],
       requires: [complete, certified, signed], freezes: true, receipt: true, mails: [sent]}
    choose:
      {label: Choisir, done: Choisi, from: [reading], to: chosen, roles: [chief], decides: true}
    tell: {label: Dire, done: Dit, from: [chosen], to: told, roles: [chief], notifies: true}
messages:
  sent:
    {to: [author, scientist], subject: "{reference} déposé", body: "De {holder}. {link}"}
receipt: {silence_months: 2, silence: Refus., remedies: Recours., next_steps: [Attendre]}
document: {title: Présentation}
"""
