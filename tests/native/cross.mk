# SPDX-License-Identifier: Apache-2.0
# The C core and its test programs for other systems, with the compilers of the package ziglang; `make
# cross` of ../../Makefile calls this, then cross.py, which runs what can be run.

ROOT := ../..
BUILD := $(ROOT)/build/cross
PYTHON ?= python3
ZIG ?= $(PYTHON) -m ziglang
SYSTEMS ?= x86_64-linux-musl aarch64-linux-musl x86_64-linux-gnu.2.28 aarch64-linux-gnu.2.28 \
    x86_64-windows-gnu x86_64-macos aarch64-macos

CORE := $(wildcard $(ROOT)/csrc/*/*.c)
HEADERS := $(wildcard $(ROOT)/csrc/*.h $(ROOT)/csrc/*/*.h $(ROOT)/csrc/*/*/*.h *.h)
FLAGS := -std=gnu11 -O2 -g0 -ffp-contract=off -fno-math-errno -fvisibility=hidden -Wall -Wextra \
    -Wno-unused-function -I$(ROOT)/csrc
WRAPPED := -Wl,--wrap=malloc,--wrap=free,--wrap=posix_memalign,--wrap=pthread_create
PROGRAMS := serve drive threads

.PHONY: all
all: $(foreach system,$(SYSTEMS),$(foreach program,$(PROGRAMS),$(BUILD)/$(system)/$(program)))
.SECONDARY:

# $(call built_for,NAME): static where a system has that, so that nothing else need be there to run it.
define built_for
$(1)_OBJECTS := $$(patsubst $(ROOT)/csrc/%.c,$(BUILD)/$(1)/%.o,$(CORE))
$(BUILD)/$(1)/%.o: $(ROOT)/csrc/%.c $(HEADERS)
	@mkdir -p $$(@D)
	$(ZIG) cc -target $(1) $(FLAGS) -c $$< -o $$@
$(BUILD)/$(1)/%: %.c $(HEADERS) $$($(1)_OBJECTS)
	$(ZIG) cc -target $(1) $(FLAGS) $(if $(findstring musl,$(1)),-static) \
	    $(if $(findstring linux,$(1)),$(WRAPPED),-DTFL_UNWRAPPED) $$(filter-out %.h,$$^) -lm -pthread -o $$@
endef
$(foreach name,$(SYSTEMS),$(eval $(call built_for,$(name))))
