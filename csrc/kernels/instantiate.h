/* SPDX-License-Identifier: Apache-2.0
 * The kernels of one type; included once for each, with
 *
 *   TYPE_HEADER           the header that says what the type's names mean, and what it asks for
 *   ELEMENTWISE_KERNELS   for sigmoid and weighted
 *   SPARSE_KERNELS        for sparse_softmax
 *   SUM_COST              for sums: what an element of one costs, by TensorFlow's reckoning
 *
 * A new loss stands in this list, and nowhere else but in the table of kernels.h. */
#include TYPE_HEADER

#include "kernels/blocks.h"
#include "kernels/columns.h"
#include "kernels/reduce.h"
#include "kernels/row.h"

#include "kernels/lanes.h"
#include "kernels/losses/softmax.h"
#include "kernels/losses/softmax_2_16.h"
#ifdef SPARSE_KERNELS
#include "kernels/losses/sparse_softmax.h"
#endif
#ifdef ELEMENTWISE_KERNELS
#include "kernels/elementwise.h"
#include "kernels/losses/sigmoid.h"
#include "kernels/losses/weighted.h"
#endif
#ifdef SUM_COST
#include "kernels/sum.h"
#endif

#undef TYPE_HEADER
#undef ELEMENTWISE_KERNELS
#undef SPARSE_KERNELS
#include "kernels/types/end.h"
