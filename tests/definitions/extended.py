"""The HLM call with answers that nobody types, given rows and files in its budget."""

from tests.definitions.broken import broken

FIELDS = """\
        years:
          type: table
          label: Coût par année
          rows_label: Année
          rows: {y2014: "2014", y2015: "2015"}
          columns:
            dwellings: {type: integer, label: Logements}
            price: {type: money, label: Coût d’un logement}
            cost:
              type: computed
              label: Coût
              value: dwellings * price
        years_cost:
          type: computed
          label: Coût sur deux ans
          value: sum(years.cost)
        years_share:
          type: computed
          label: Part des deux ans
          value: years_cost / total_cost
          as: percent
        statutes:
          type: file
          label: Statuts
          accepts: [pdf, docx]
          named: "{holder} STATUTS"
"""
BASIS = "        total_cost_basis:\n"
EXTENDED = broken((BASIS, FIELDS + BASIS))
