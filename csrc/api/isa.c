/* SPDX-License-Identifier: Apache-2.0
 * The choice of the instruction set. */
#include <stdatomic.h>
#include <string.h>

#include "api/dispatch.h"

static _Atomic(const tfl_isa *) chosen_isa;

/* By their places in the list. */
static atomic_uint refused;

static int64_t number_of(const tfl_isa *isa) {
    int64_t i = 0;
    while (tfl_isas[i] != isa)
        i++;
    return i;
}

void tfl_refuse_isa(const tfl_isa *isa) { atomic_fetch_or(&refused, 1u << number_of(isa)); }

int tfl_isa_is_refused(const tfl_isa *isa) {
    return atomic_load_explicit(&refused, memory_order_relaxed) >> number_of(isa) & 1;
}

static int can_run(const tfl_isa *isa) { return !tfl_isa_is_refused(isa) && isa->supported(); }

static const tfl_isa *best_isa(void) {
    const tfl_isa *best = tfl_isas[0];
    for (int64_t i = 1; tfl_isas[i]; i++)
        if (can_run(tfl_isas[i]))
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
int64_t tfl_current_isa_number(void) { return number_of(tfl_current_isa()); }

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
    return isa && can_run(isa);
}

tfl_status tfl_isa_select(const char *name) {
    const tfl_isa *isa = name ? find_isa(name) : best_isa();
    if (!isa)
        return TFL_UNKNOWN_ISA;
    if (!can_run(isa))
        return TFL_UNSUPPORTED_ISA;
    atomic_store_explicit(&chosen_isa, isa, memory_order_release);
    return TFL_OK;
}
