# make demo    la démonstration, sur cette machine seulement
# make test    tous les contrôles et tous les tests
# make bench   les mesures de vitesse (SEED=FICHIER : relit aussi ce formulaire rempli)
# make format  la mise en forme du code

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --constraint constraints.txt
PINS := pyproject.toml constraints.txt
# One process more than cores, for some tests wait for a browser or a mail. A file stays whole, in
# one process: its tests share worlds.
PROCESSES = $(shell $(BIN)/python -c 'import os; print(min(os.cpu_count() + 1, 8))')
PARALLEL = --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder

.DELETE_ON_ERROR:
# A check that fails stops the run before the longer ones.
.NOTPARALLEL:
.PHONY: demo test bench format check browser

demo: $(VENV)/demo.stamp
	@$(BIN)/grants demo

test: $(VENV)/test.stamp browser check
	@$(BIN)/pytest $(PARALLEL)

check: $(VENV)/test.stamp
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --no-logo

bench: $(VENV)/test.stamp
	@$(BIN)/python -m benchmarks $(if $(SEED),'$(SEED)')

format: $(VENV)/test.stamp
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format .

# The build tool is installed first, pinned too, so that pip does not fetch another by itself.
$(VENV)/demo.stamp: $(PINS) | $(BIN)/python
	@echo "Installation des paquets (une minute ou deux la première fois)…"
	@$(INSTALL) hatchling editables
	@$(INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/test.stamp: $(PINS) | $(BIN)/python
	@echo "Installation des paquets, outils de test compris (deux ou trois minutes la première fois)…"
	@$(INSTALL) hatchling editables
	@$(INSTALL) --no-build-isolation --editable '.[dev,postgres]'
	@touch $@ $(VENV)/demo.stamp

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Il faut Python 3.11 ou plus récent (PYTHON=… pour en choisir un autre)." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "Il manque venv : apt install python3-venv." >&2; exit 1; }

# Without a browser the tests go on, and say at their end what they could not test.
browser: $(VENV)/test.stamp
	@$(BIN)/python -c 'import sys; from tests import chromium; sys.exit(not chromium.find())' \
		|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
			&& echo "Installation de Chromium pour les tests…" \
			&& export DEBIAN_FRONTEND=noninteractive \
			&& apt-get -qq update \
			&& { apt-get -qq install --yes --no-install-recommends chromium-headless-shell \
				|| apt-get -qq install --yes --no-install-recommends chromium; } >/dev/null; } \
		|| echo "Pas de navigateur Chromium : les tests d’écran ne tourneront pas." >&2
