# SPDX-License-Identifier: Apache-2.0
# Everyday commands. Needed: python3 (3.10 or later, with venv), a C compiler, make.
# `make PYTHON=python3.13 run` uses another Python;
# `make TEST_PROCESSES=0 test` runs the tests in one process, as plain pytest does;
# `make release RELEASE_OPTIONS=--allow-dirty` tries a release of what is not committed;
# `make sanitize SANITIZE_OPTIONS='SUITE_ISAS="portable avx2"'` runs the suite on these instruction sets;
# `make coverage COVERAGE_OPTIONS="-m fast"` counts what fast tests reach alone;
# `make soak SOAK_OPTIONS="--seconds 600 --load 0.9"` soaks for a shorter time, on more of a processor;
# `make parity-matrix PARITY_OPTIONS="--quick --releases 1.5.1 2.0.4"` compares with some releases.

PYTHON ?= python3
# Processes that share the tests; 0 runs them here.
TEST_PROCESSES ?= 2
# Environments: to run (no TensorFlow), to test (with TensorFlow), to lint, to time ...
RUN := .venv
TEST := .venv-test
LINT := .venv-lint
SMOKE := .venv-smoke
BENCH := .venv-bench
CROSS := .venv-cross
DOCS := .venv-docs

C_FILES := $(wildcard csrc/*/*.c)
H_FILES := $(wildcard csrc/*.h csrc/*/*.h csrc/*/*/*.h)
C_TESTS := $(wildcard tests/native/*.[ch] tests/native/*/*.[ch] bench/native/*.[ch])
BUILD_FILES := $(C_FILES) $(H_FILES) csrc/build_ffi.py setup.py pyproject.toml
DATA := tf_losses/data
PROCESSORS := aarch64 s390x
WHEEL_LIMIT := 2500000
SITE := docs/_build/html

.DEFAULT_GOAL := help
.PHONY: help run test test-fast lint format wheel smoke newcomer bench bench-full bench-files profile parity \
    parity-matrix sanitize hostile-builds mutants coverage fuzz soak emulate emulate-count cross wheels release \
    prove-libm prove-quotient docs screenshots clean
# Two environments must not build in the source tree at once.
.NOTPARALLEL:

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: $(RUN)/.installed ## build, then show a worked example and the losses of a real data set
	@$(RUN)/bin/tf-losses demo
	@echo
	$(RUN)/bin/tf-losses eval sparse_softmax --logits $(DATA)/digits_logits.npy \
	    --labels $(DATA)/digits_labels.npy --recorded $(DATA)/digits_losses_tf2.21.npy \
	    --libm glibc-2.36

test: $(TEST)/.installed ## the whole suite, against TensorFlow itself
	$(TEST)/bin/python -m pytest -q -n $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder

test-fast: $(TEST)/.installed ## the inner loop: what needs neither TensorFlow nor time: a minute
	$(TEST)/bin/python -m pytest -q -m fast

lint: $(LINT)/.installed ## every check that needs no run
	$(LINT)/bin/ruff check .
	$(LINT)/bin/ruff format --check .
	$(LINT)/bin/mypy
	$(LINT)/bin/pyright
	$(LINT)/bin/python tests/tools/typed_programs.py build/typed
	$(LINT)/bin/mypy --strict --python-version 3.12 build/typed/*.py
	$(LINT)/bin/pyright --project build/typed
	$(LINT)/bin/clang-format --dry-run --Werror $(C_FILES) $(H_FILES) $(C_TESTS)
	$(LINT)/bin/clang-tidy --quiet $(C_FILES) $(filter %.c,$(C_TESTS)) -- -std=gnu11 -Icsrc
	$(CC) -std=gnu11 -Icsrc -fsyntax-only -Wall -Wextra -Werror $(C_FILES) $(filter %.c,$(C_TESTS))

format: $(LINT)/.installed ## lay out Python and C sources
	$(LINT)/bin/ruff format .
	$(LINT)/bin/clang-format -i $(C_FILES) $(H_FILES) $(C_TESTS)

wheel: $(RUN)/.installed ## one wheel for every CPython, in dist/
	rm -rf build/lib* build/bdist* dist
	$(RUN)/bin/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	@size=$$(cat dist/*.whl | wc -c); echo "$$(ls dist/*.whl): $$size bytes"; \
	    test $$size -lt $(WHEEL_LIMIT)

smoke: ## try dist's wheel in a clean environment of $(PYTHON)
	rm -rf $(SMOKE)
	$(PYTHON) -m venv $(SMOKE)
	$(SMOKE)/bin/python -m pip install --quiet dist/*.whl
	$(SMOKE)/bin/python tests/tools/smoke.py

newcomer: ## the commands of docs/start.md on a fresh clone of what is committed, each with its seconds
	$(PYTHON) tests/tools/newcomer.py

bench: $(BENCH)/.peers ## times beside TensorFlow, PyTorch, JAX, NumPy, SciPy, Numba: 15 minutes
	$(BENCH)/bin/python -m bench $(BENCH_OPTIONS)

bench-full: $(BENCH)/.peers ## the same for all shapes and dtypes: 40 minutes
	$(BENCH)/bin/python -m bench --full $(BENCH_OPTIONS)

profile: $(BENCH)/.installed ## where the time of a call goes, row by row, without peers: 3 minutes
	$(BENCH)/bin/python -m bench.costs $(BENCH_OPTIONS)

docs: $(DOCS)/.installed ## the site, in docs/_build/html; every page of it opened in a Chromium: a minute
	$(DOCS)/bin/python -m sphinx --quiet --nitpicky --fail-on-warning --keep-going --fresh-env \
	    --builder html --doctree-dir docs/_build/doctrees docs $(SITE)
	TF_LOSSES_SITE=$(SITE) $(DOCS)/bin/python -m pytest -q -rs tests/unit/test_site_browser.py

screenshots: $(TEST)/.installed docs ## reports and site as a Chromium shows them, in docs/screenshots
	TF_LOSSES_SCREENSHOTS=docs/screenshots $(TEST)/bin/python -m pytest -q \
	    tests/unit/test_report_browser.py -k screenshots
	TF_LOSSES_SITE=$(SITE) TF_LOSSES_SCREENSHOTS=docs/screenshots $(DOCS)/bin/python -m pytest -q \
	    tests/unit/test_site_browser.py -k screenshots

bench-files: $(TEST)/.installed ## eval of large files in every format, alone and on clusters: 10 minutes, 5 GB
	$(TEST)/bin/python -m bench.files $(BENCH_OPTIONS)

parity: $(TEST)/.installed ## the parity command against TensorFlow, full table
	$(TEST)/bin/tf-losses parity --full

parity-matrix: wheel ## the same against every TensorFlow since 1.5, each in an environment: an hour or two
	$(RUN)/bin/python tests/tools/parity_matrix.py dist/*.whl $(PARITY_OPTIONS)

sanitize: $(TEST)/.installed ## C core, thread pool and the whole suite under sanitizers: 14 minutes
	$(MAKE) -C tests/native drive stack sanitized-drive threads sanitized-threads sanitized-isas
	$(MAKE) -C tests/native sanitized-suite PYTHON=$(CURDIR)/$(TEST)/bin/python $(SANITIZE_OPTIONS)

hostile-builds: $(TEST)/.installed ## builds with flags that change arithmetic: equal bits, or refused: 15 minutes
	$(TEST)/bin/python tests/tools/hostile_builds.py

mutants: $(TEST)/.installed ## changes of the C core, which recorded results or fast tests must notice: 300 of them drawn
	$(TEST)/bin/python tests/tools/mutants.py $(MUTANTS_OPTIONS)

coverage: $(TEST)/.coverage ## lines and branches that the whole suite reaches, of C and Python: an hour
	$(TEST)/bin/python tests/tools/coverage_tables.py -n $(TEST_PROCESSES) --dist loadfile \
	    --no-loadscope-reorder $(COVERAGE_OPTIONS)

fuzz: $(TEST)/.installed ## any arguments to C (10 million) and to Python (200,000), with clang: 32 minutes
	HYPOTHESIS_PROFILE=fuzz $(TEST)/bin/python -m pytest -q tests/unit/test_fuzz.py
	$(MAKE) -C tests/native fuzz

soak: $(TEST)/.installed ## an hour of a server's life: bits compared, settings switched, forks; nothing may leak
	PYTHONPATH=tests/helpers $(TEST)/bin/python tests/tools/soak.py $(SOAK_OPTIONS)

emulate: $(TEST)/.installed ## the C core of other processors against recorded results, with qemu: 6 minutes
	$(MAKE) -C tests/native emulators
	@for cpu in $(PROCESSORS); do \
	    serve="qemu-$$cpu build/native/$$cpu/serve"; \
	    for isa in $$($$serve); do \
	        $(TEST)/bin/python tests/native/emulated.py $(EMULATE_OPTIONS) tests/golden/*.npz -- $$serve $$isa || exit 1; \
	    done; \
	done

emulate-count: ## instructions an element on other processors, by instruction set, with qemu: 3 minutes
	$(MAKE) -C tests/native counters
	@for cpu in $(PROCESSORS); do \
	    $(PYTHON) tests/native/counted.py build/native/insns.so -- \
	        qemu-$$cpu build/native/$$cpu/work || exit 1; \
	done

prove-libm: $(TEST)/.installed ## glibc's functions against the host's C library, and those of PROVE_LIBRARIES: hours
	$(TEST)/bin/python tests/tools/prove_libm.py $(PROVE_OPTIONS) $(PROVE_LIBRARIES)

prove-quotient: ## that float32 quotients are rounded once: all that lie near the middle of two numbers
	$(MAKE) -C tests/native quotient

cross: $(CROSS)/.installed ## the C core for musl, macOS and Windows: compiled, and run where it can be: 20 minutes
	$(CROSS)/bin/python tests/tools/cross.py --goldens tests/golden/*.npz

wheels: wheel $(CROSS)/.installed ## wheels of every system, checked and tried, in dist/all: 20 minutes
	$(CROSS)/bin/python tests/tools/wheels.py dist/*.whl dist/all $(WHEELS_OPTIONS)

release: wheels ## what is published, checked and tried, in dist/release: sdist, wheels, SBOM, checksums, provenance
	$(CROSS)/bin/python tests/tools/release.py dist/all dist/release $(RELEASE_OPTIONS)

clean: ## remove everything made here
	rm -rf $(RUN) $(TEST) $(LINT) $(SMOKE) $(BENCH) $(CROSS) $(DOCS) .venv-parity build dist *.egg-info tf_losses/_internal/_*.so
	rm -rf docs/_build .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find tf_losses tests csrc bench docs -name __pycache__ -prune -exec rm -r {} +

# An environment is as new as its stamp; a change of what is compiled installs again.
$(RUN)/.installed: EXTRA := progress
$(TEST)/.installed: EXTRA := test
$(LINT)/.installed: EXTRA := lint
$(BENCH)/.installed: EXTRA := bench
$(CROSS)/.installed: EXTRA := cross
$(DOCS)/.installed: EXTRA := docs
$(RUN)/.installed $(TEST)/.installed $(LINT)/.installed $(BENCH)/.installed $(CROSS)/.installed $(DOCS)/.installed: $(BUILD_FILES)
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 10) or sys.exit( \
	    "tf_losses needs Python 3.10 or later; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --editable '.[$(EXTRA)]'
	@touch $@

$(TEST)/.coverage: $(TEST)/.installed
	$(TEST)/bin/python -m pip install --quiet --editable '.[coverage]'
	@touch $@

# Each peer by itself: one that cannot be installed here is missing in the tables, no more.
$(BENCH)/.peers: $(BENCH)/.installed bench/peers.txt
	@grep -v '^#' bench/peers.txt | while read -r peer; do \
	    echo "installing $$peer"; \
	    $(BENCH)/bin/python -m pip install --quiet "$$peer" || echo "not installed: $$peer"; \
	done
	@touch $@
