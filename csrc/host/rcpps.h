/* SPDX-License-Identifier: Apache-2.0
 * RCPPS for processors that do not have it. */
#ifndef TF_LOSSES_ESTIMATE_H
#define TF_LOSSES_ESTIMATE_H

#include "abi.h"

/* Of 1/a by a processor of this vendor (Intel, AMD). */
float tfl_estimate(tfl_vendor vendor, float a);

#endif
