/* SPDX-License-Identifier: Apache-2.0
 * The choice of the instruction set. */
#include <stdatomic.h>
#include <string.h>

#include "api/dispatch.h"

static _Atomic(const tfl_isa *) chosen_isa;

static const tfl_isa *best_isa(void) {
    const tfl_isa *best = tfl_isas[0];
    for (int64_t i = 1; tfl_isas[i]; i++)
        if (tfl_isas[i]->supported())
            best = tfl_isas[i];
    return best;
}

/* Two threads that meet here first find the same one. */
const tfl_isa *tfl_current_isa(void) {
    const tfl_isa *isa = atomic_load_explicit(&chosen_isa, memory_order_acquire);
    if (!isa) {
        isa = best_isa();
        atomic_store_explicit(&chosen_isa, isa, memory_order_release);
    }
    return isa;
}

const tfl_isa *tfl_exchange_isa(const tfl_isa *isa) {
    return atomic_exchange_explicit(&chosen_isa, isa, memory_order_acq_rel);
}

/* The place of the set in use; the lists of both libraries have the same order. */
int64_t tfl_current_isa_number(void) {
    const tfl_isa *current = tfl_current_isa();
    int64_t i = 0;
    while (tfl_isas[i] != current)
        i++;
    return i;
}

static const tfl_isa *find_isa(const char *name) {
    for (int64_t i = 0; tfl_isas[i]; i++)
        if (strcmp(tfl_isas[i]->name, name) == 0)
            return tfl_isas[i];
    return NULL;
}

const char *tfl_isa_name(void) { return tfl_current_isa()->name; }

const char *tfl_isa_known(int64_t i) {
    int64_t count = 0;
    while (tfl_isas[count])
        count++;
    return i >= 0 && i < count ? tfl_isas[i]->name : NULL;
}

int tfl_isa_supported(const char *name) {
    const tfl_isa *isa = name ? find_isa(name) : NULL;
    return isa && isa->supported();
}

tfl_status tfl_isa_select(const char *name) {
    const tfl_isa *isa = name ? find_isa(name) : best_isa();
    if (!isa)
        return TFL_UNKNOWN_ISA;
    if (!isa->supported())
        return TFL_UNSUPPORTED_ISA;
    atomic_store_explicit(&chosen_isa, isa, memory_order_release);
    return TFL_OK;
}
