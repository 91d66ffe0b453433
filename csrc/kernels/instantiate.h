/* SPDX-License-Identifier: Apache-2.0
 * The kernels of one type; included once for each, with
 *
 *   TYPE_HEADER       the header that says what the type's names mean, and what it asks for
 *   ROW_KERNELS       for softmax and sparse_softmax, and for the operations of the same names
 *   ELEMENT_KERNELS   for sigmoid and weighted
 *   ONEDNN_KERNELS    for softmax as oneDNN computes it
 *   SUM_COST          for sums: what an element of one costs, by TensorFlow's reckoning
 *
 * A new loss is included here, and stands in the list of losses.h. */
#include TYPE_HEADER

#include "kernels/blocks.h"
#include "kernels/reduce.h"
#ifdef ROW_KERNELS
#include "kernels/columns.h"
#include "kernels/quotient.h"
#include "kernels/row.h"

#include "kernels/lanes.h"
#include "kernels/losses/softmax.h"
#include "kernels/losses/looped_softmax.h"
#include "kernels/losses/sparse_softmax.h"
#endif
#if defined(ROW_KERNELS) && defined(ELEMENT_KERNELS) /* that is, in the type's own arithmetic */
#include "kernels/probabilities.h"
#endif
#ifdef ONEDNN_KERNELS
#include "kernels/onednn.h"
#endif
#ifdef ELEMENT_KERNELS
#include "kernels/elementwise.h"
#include "kernels/losses/sigmoid.h"
#include "kernels/losses/weighted.h"
#endif
#ifdef SUM_COST
#include "kernels/sum.h"
#endif

#undef TYPE_HEADER
#undef ELEMENT_KERNELS
#undef ROW_KERNELS
#undef ONEDNN_KERNELS
#include "kernels/types/end.h"
