/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole C interface of tf_losses. It is read twice: by C compilers, and (below the
 * marked line) by cffi, which takes plain declarations only.
 *
 * Manners, the same for every function:
 *   - The caller owns every buffer. Inputs are read only; nothing is kept after the call. Inputs may
 *     share memory; an output may not, with anything.
 *   - Arrays are C-contiguous, of the processor's byte order, aligned to their element
 *     unless a tfl_layout says otherwise. Sizes and strides count elements. Inputs without elements
 *     may be NULL.
 *   - If another thread writes to an input during the call, the results are of any of the values
 *     that an element had; labels of sparse_softmax are checked as they are used. Layouts and shapes
 *     are read once.
 *   - A function that can fail returns a tfl_status; it never prints, aborts or sets errno.
 *     After a failure the contents of the output buffers are unspecified.
 *   - The floating-point control register is the caller's again when the call returns.
 *   - Any number of threads may call at once.
 *   - Instruction set and thread count change the speed, never the bits; but a NaN may be any NaN.
 */
#ifndef TF_LOSSES_ABI_H
#define TF_LOSSES_ABI_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

#if defined(__cplusplus)
extern "C" {
#endif

/* ---- cffi reads from here ---- */

/* The number of this interface. It grows when a program that was compiled with the old one cannot
 * go on; a program compares it with tfl_interface(), that of the library it runs with. */
enum { TFL_INTERFACE = 1 };
int tfl_interface(void);

typedef int tfl_status;
enum {
    TFL_OK = 0,
    TFL_BAD_ARGUMENT = 1,       /* unknown enum value, negative size, missing buffer */
    TFL_TOO_LARGE = 2,          /* so many elements of 8 bytes do not fit in 64 bits */
    TFL_LABEL_OUT_OF_RANGE = 3, /* a sparse label is not in [0, classes) */
    TFL_NO_MEMORY = 4,
    TFL_UNKNOWN_ISA = 5,
    TFL_UNSUPPORTED_ISA = 6, /* known, but not on this processor or in this build */
    TFL_MISALIGNED = 7,      /* an array does not lie at a multiple of its elements' size */
    TFL_OVERLAP = 8,         /* an output shares memory with an input or another output */
    TFL_WRONG_BITS = 9,      /* this build computes something else than it should */
    TFL_NOT_LOADED = 10,     /* the version's kernels have not been added (tfl_add_older) */
    TFL_NOT_KNOWN = 11,      /* what this version computes is not known */
    TFL_NO_KERNEL = 12       /* this version has none of the loss for bfloat16 */
};

typedef int tfl_dtype;
enum {
    TFL_F16 = 0,
    TFL_BF16 = 1,
    TFL_F32 = 2,
    TFL_F64 = 3,
    TFL_I32 = 4, /* labels of sparse_softmax only */
    TFL_I64 = 5
};

typedef int tfl_loss;
enum { TFL_SIGMOID = 0, TFL_WEIGHTED = 1, TFL_SOFTMAX = 2, TFL_SPARSE_SOFTMAX = 3 };

/* The version of TensorFlow whose bits are computed. Those that compute alike share a number. */
typedef int tfl_version;
enum {
    TFL_VERSION_SET = 0,  /* the one that tfl_set_version chose; 2.21 at first */
    TFL_VERSION_2_21 = 1, /* and later, as far as known */
    TFL_VERSION_2_20 = 2,
    TFL_VERSION_2_16 = 3,
    TFL_VERSION_1_15 = 4, /* in a session: TFL_EAGER stands for TFL_FUNCTION */
    TFL_VERSION_2_15 = 5, /* 2.13 to 2.15: 2.20's losses, 2.16's functions */
    TFL_VERSION_2_19 = 6, /* 2.17 to 2.19: 2.20's losses */
    /* What their functions (tfl_unary, tfl_power) compute is not known. */
    TFL_VERSION_2_12 = 7, /* 2.20's losses */
    TFL_VERSION_2_11 = 8, /* from 2.9 */
    TFL_VERSION_2_8 = 9,
    TFL_VERSION_2_7 = 10, /* from 2.5 */
    TFL_VERSION_2_4 = 11,
    TFL_VERSION_2_3 = 12,
    TFL_VERSION_2_2 = 13,
    TFL_VERSION_2_1 = 14,
    TFL_VERSION_2_0 = 15,
    TFL_VERSION_1_14 = 16, /* in a session, as all before it */
    TFL_VERSION_1_13 = 17,
    TFL_VERSION_1_12 = 18, /* from 1.11 */
    TFL_VERSION_1_10 = 19, /* from 1.8 */
    TFL_VERSION_1_7 = 20,
    TFL_VERSION_1_6 = 21, /* and 1.5 */
    TFL_VERSIONS = 22
};

/* Added to a version: whose C library's exp, log and log1p are computed, for elements that TensorFlow
 * leaves to it. Sets of glibc's have the number of the first release that has them (a newer one may be on
 * the branch of an older release), and another one for processors without FMA. */
enum {
    TFL_LIBM_SET = 0, /* the one that tfl_set_libm chose; at first HOST or, where that is not glibc,
                              the newest of glibc's */
    TFL_LIBM_HOST = 0x100, /* the one that this process is linked with */
    TFL_LIBM_GLIBC_2_28 = 0x200,
    TFL_LIBM_GLIBC_2_34 = 0x300,
    TFL_LIBM_GLIBC_2_41 = 0x400,
    TFL_LIBM_GLIBC_2_28_NOFMA = 0x500,
    TFL_LIBM_GLIBC_2_34_NOFMA = 0x600,
    TFL_LIBM_GLIBC_2_41_NOFMA = 0x700
};

enum { TFL_MAX_RANK = 8 };

/* How inputs smaller than the result are spread over it. Every stride is 0 (repeated along
 * that axis) or that of the contiguous input.
 *   softmax:  rank 2, shape {rows, classes}; labels_stride and logits_stride are used.
 *   weighted: shape is that of the result; logits_stride holds for labels too;
 *             weight_stride is that of pos_weight_minus_1, which has weight_size elements. */
typedef struct tfl_layout {
    int64_t rank;
    int64_t shape[8];
    int64_t labels_stride[8];
    int64_t logits_stride[8];
    int64_t weight_stride[8];
    int64_t weight_size;
} tfl_layout;

/* The loss.
 *
 *   loss      dtype              labels        logits        out
 *   sigmoid   f16 bf16 f32 f64   rows*classes  rows*classes  rows*classes
 *   weighted  f16 bf16 f32 f64   rows*classes  rows*classes  rows*classes, or layout->shape
 *   softmax   f16 bf16 f32 f64   rows*classes  rows*classes  rows
 *   sparse    f16 bf16 f32 f64   rows          rows*classes  rows
 *
 * labels_dtype is dtype, except: I32 or I64 for sparse_softmax; F32 is also allowed for
 * softmax of F16 or BF16, which computes in float32.
 * pos_weight_minus_1 (weighted only, else NULL): pos_weight - 1 in the dtype of the logits, since
 * TensorFlow subtracts before the kernel and the precision of that step is the caller's.
 * One element; with a layout, as the layout says.
 * layout: NULL when nothing is broadcast. */
tfl_status tfl_forward(tfl_version version, tfl_loss loss, tfl_dtype dtype, tfl_dtype labels_dtype,
                       int64_t rows, int64_t classes, const void *labels, const void *logits,
                       const void *pos_weight_minus_1, const tfl_layout *layout, void *out);

/* Whose gradient. */
typedef int tfl_mode;
enum {
    TFL_EAGER = 0,    /* that of TensorFlow's tape */
    TFL_FUNCTION = 1, /* that of a tf.function, or of a session: graphs are optimized */
    TFL_RAW_OP = 2,   /* softmax and sparse_softmax: the op's second output; the op itself rounds
                         every operation to 16-bit types, where tf.nn casts to float32 */
    TFL_CONSTANT =
        4 /* added to one of these: pos_weight is a number, or an array that is no tensor,
                         which a graph has as a constant */
};

/* What tfl_gradient is asked for. As for tfl_forward; and
 *   upstream          the gradient of what follows, of the dtype and shape of the loss; NULL stands
 *                     for ones
 *   loss_out          the loss
 *   labels_gradient   like labels, of labels_dtype; not for sparse_softmax
 *   logits_gradient   of logits' dtype, rows*classes (softmax: the broadcast shape)
 *   weight_products   weighted only: what remains to be summed over the axes along which
 *                     pos_weight was broadcast (tfl_sum), rows*classes
 * Outputs may be NULL where they are not wanted. weighted: a layout may repeat pos_weight, but not
 * the logits (see tfl_weighted_products).
 *
 * size is sizeof(tfl_gradient_args) where the caller was compiled. Later versions add fields at the
 * end, whose zero means what was before; a field that this version does not know must be zero. */
typedef struct tfl_gradient_args {
    size_t size;
    tfl_version version;
    tfl_loss loss;
    tfl_dtype dtype;
    tfl_dtype labels_dtype;
    tfl_mode mode;
    int64_t rows;
    int64_t classes;
    const void *labels;
    const void *logits;
    const void *pos_weight_minus_1;
    const tfl_layout *layout;
    const void *upstream;
    void *loss_out;
    void *labels_gradient;
    void *logits_gradient;
    void *weight_products;
} tfl_gradient_args;

/* The gradients of the loss, and the loss, in one pass. */
tfl_status tfl_gradient(const tfl_gradient_args *args);

/* The same for languages in which a struct costs more than its fields one by one. */
tfl_status tfl_gradient_positional(tfl_version version, tfl_loss loss, tfl_dtype dtype,
                                   tfl_dtype labels_dtype, tfl_mode mode, int64_t rows,
                                   int64_t classes, const void *labels, const void *logits,
                                   const void *pos_weight_minus_1, const tfl_layout *layout,
                                   const void *upstream, void *loss_out, void *labels_gradient,
                                   void *logits_gradient, void *weight_products);

/* weighted where pos_weight makes the result larger than the logits. TensorFlow then sums three
 * products over the repeated axes before it goes on: this computes the products, of the result's
 * shape, and tfl_weighted_finish takes their sums. weight_products is NULL where pos_weight's gradient
 * is not wanted. */
tfl_status tfl_weighted_products(tfl_version version, tfl_dtype dtype, tfl_mode mode, int64_t size,
                                 const void *labels, const void *logits,
                                 const void *pos_weight_minus_1, const tfl_layout *layout,
                                 const void *upstream, void *tail_products, void *labels_products,
                                 void *weight_products);

/* From the sums of upstream, tail_products and labels_products over the repeated axes, each with
 * the logits' size elements, the gradients of labels and logits. */
tfl_status tfl_weighted_finish(tfl_version version, tfl_dtype dtype, tfl_mode mode, int64_t size,
                               const void *labels, const void *logits, const void *upstream_sums,
                               const void *tail_sums, const void *labels_sums,
                               void *labels_gradient, void *logits_gradient);

/* Sums over the axes whose bit is set in reduced (bit 0: the first of at most 64), in the order of
 * TensorFlow's Sum, each sum divided by divisor (1 for a sum, the number of summands for a mean).
 * The order of a sum over everything depends on the threads TensorFlow has: intra_op_threads, at
 * least 1. out holds the elements of the kept axes, in order. */
tfl_status tfl_sum(tfl_version version, tfl_dtype dtype, int64_t rank, const int64_t *shape,
                   uint64_t reduced, int64_t intra_op_threads, int64_t divisor, const void *in,
                   void *out);

/* Choose the version that TFL_VERSION_SET stands for from now on. */
tfl_status tfl_set_version(tfl_version version);

/* That version. */
tfl_version tfl_get_version(void);

/* Whether what becomes bfloat16 is cut off in a version, not rounded. */
int tfl_cuts_bf16(tfl_version version);

/* Choose the library that TFL_LIBM_SET stands for from now on. */
tfl_status tfl_set_libm(tfl_version libm);

/* That library. */
tfl_version tfl_get_libm(void);

/* The set of glibc's that the host's functions have been found to be; TFL_LIBM_HOST if none. */
tfl_version tfl_host_libm(void);

/* Whether a version computes in sessions, without an eager mode; 0 for a number that is no version. */
int tfl_in_sessions(tfl_version version);

/* Whose processor TensorFlow ran on. Its estimate of 1/a, the instruction RCPPS, shows in the float32
 * logits' gradients of sigmoid and weighted (versions 2.x). */
typedef int tfl_vendor;
enum {
    TFL_VENDOR_HOST = 0, /* this one's, or Intel's where it has no RCPPS */
    TFL_VENDOR_INTEL = 1,
    TFL_VENDOR_AMD = 2
};

/* Compute as with a processor of this vendor from now on. On an x86-64 processor of another vendor
 * sigmoid's and weighted's float32 gradients then take the portable way, and tfl_unary refuses what has
 * no table (RSQRT and RECIPROCAL of float32 and, of 1.x, SQRT): TFL_NOT_KNOWN. */
tfl_status tfl_set_vendor(tfl_vendor vendor);

/* That vendor; TFL_VENDOR_HOST for this processor's own, if it is of neither. */
tfl_vendor tfl_get_vendor(void);

/* Compares some known results of every loss, dtype, set of glibc's functions and instruction set that can
 * run here, in less than a millisecond: TFL_WRONG_BITS if one differs, which is the compiler's doing, or if
 * loading the library changed the floating-point control register, which is put back. An instruction set
 * that differs where the first, portable one does not is not used again: TFL_OK. The report, of size bytes,
 * says what differs, and is empty if nothing does. To be called before anything else; the known result
 * number `pretended` (-1 for none) is taken for another, so that a test can see that it is compared: of n
 * results, -2 - (k*n + i) stands for number i on the k-th instruction set alone. */
tfl_status tfl_self_check(int64_t pretended, char *report, int64_t size);

/* The kernels of older versions are a library of their own: `older` is what tfl_older_kernels() of it
 * gave. Until they are added, a call for a version that needs them is TFL_NOT_LOADED; they are not
 * taken away again. TFL_BAD_ARGUMENT if they belong to another build. */
tfl_status tfl_add_older(const void *older);

/* Whether a version flushed subnormal numbers in some ops of such an eager call (2.0 to 2.2, large ones):
 * here they are flushed in all. */
int tfl_flushes_by_op(tfl_version version, tfl_loss loss, tfl_dtype dtype, int64_t rows,
                      int64_t classes);

/* Whether a version's losses need them; 0 for a number that is no version. */
int tfl_needs_older(tfl_version version);

/* tfl_self_check for the versions that need them. */
tfl_status tfl_self_check_older(int64_t pretended, char *report, int64_t size);

/* A hash of what such a check computes, for whoever makes the known results: gradient is 0 or 1, input
 * a number from 0 to 4; 0 if there is no such check. */
uint64_t tfl_self_check_hash(tfl_version version, tfl_loss loss, tfl_dtype dtype, tfl_mode mode,
                             int gradient, int input);

/* By which compiler this was built, and how; never NULL. */
const char *tfl_build_text(void);

typedef int tfl_operation;
enum { TFL_ADD = 0, TFL_SUBTRACT = 1, TFL_MULTIPLY = 2, TFL_DIVIDE = 3 };

/* out[i] = a[i] op b[i] for `size` elements of F32 or F64, each rounded once; subnormal numbers are
 * read and written as zeros. */
tfl_status tfl_arithmetic(tfl_operation op, tfl_dtype dtype, int64_t size, const void *a,
                          const void *b, void *out);

/* out[i] = the sum of a[i][j]*b[i][j] over the classes j, for rows of F32 or F64, as TensorFlow
 * multiplies a row by a column (MatMul): by Eigen where fused_block is 0, else (F32) by oneDNN, which
 * adds fused products of so many elements before it begins again: one after the other (fused_lanes 1)
 * or in two sums of 4 lanes. */
tfl_status tfl_row_products(tfl_version version, tfl_dtype dtype, int64_t fused_block,
                            int64_t fused_lanes, int64_t rows, int64_t classes, const void *a,
                            const void *b, void *out);

typedef int tfl_function;
enum {
    TFL_EXP = 0,
    TFL_LOG = 1,
    TFL_LOG1P = 2,
    TFL_EXPM1 = 3,
    TFL_SQRT = 4,
    TFL_RSQRT = 5,
    TFL_LOGISTIC = 6, /* 1/(1 + exp(-x)), TensorFlow's sigmoid */
    TFL_SOFTPLUS = 7,
    TFL_TANH = 8,
    TFL_RECIPROCAL = 9,
    TFL_FUNCTIONS = 10
};

/* out[i] = function(x[i]) for `size` elements of F16, BF16, F32 or F64, as TensorFlow computes a
 * whole array: in packets, and what is left over at its end by the C library. */
tfl_status tfl_unary(tfl_version version, tfl_function function, tfl_dtype dtype, int64_t size,
                     const void *x, void *out);

/* softmax of each row, or its logarithm where `logarithm` is 1, as Eigen computes it. */
tfl_status tfl_softmax(tfl_version version, tfl_dtype dtype, int logarithm, int64_t rows,
                       int64_t classes, const void *logits, void *out);

/* A version of oneDNN from which on softmax has other bits. */
typedef int tfl_onednn;
enum { TFL_ONEDNN_2_7 = 207, TFL_ONEDNN_3_0 = 300, TFL_ONEDNN_3_4 = 304, TFL_ONEDNN_3_5 = 305 };

/* The instruction set that oneDNN writes its code for: its bits differ, and any can be had on any
 * processor. */
typedef int tfl_onednn_isa;
enum {
    TFL_ONEDNN_NONE = 0,
    TFL_ONEDNN_SSE41 = 1,
    TFL_ONEDNN_AVX2 = 2,
    TFL_ONEDNN_AVX512 = 3 /* with F, BW, DQ and VL */
};

/* The one that TensorFlow 2 computes softmax with on this processor; NONE where it leaves oneDNN out
 * unless told otherwise. With `any` 1, what it would use if it were told to. */
tfl_onednn_isa tfl_onednn_isa_here(int any);

/* softmax of each row as oneDNN computes it, of F32 or BF16. */
tfl_status tfl_onednn_softmax(tfl_onednn onednn, tfl_onednn_isa isa, tfl_dtype dtype, int64_t rows,
                              int64_t classes, const void *logits, void *out);

enum { TFL_POWER_MAX_RANK = 8 };

/* out[i] = x[i] to the power of y[i], of arrays of this shape. Where TensorFlow repeats operands to
 * that shape, `repeated` of them (1 or 2, else 0), it computes in blocks; rank and shape are then those
 * that it sees, neighbouring axes of one kind being one, and axes of length 1 none. Of two axes it
 * repeats both operands, one perhaps once. */
tfl_status tfl_power(tfl_version version, tfl_dtype dtype, int64_t rank, const int64_t *shape,
                     int repeated, const void *x, const void *y, void *out);

/* A constant text for a status; never NULL. */
const char *tfl_status_text(tfl_status status);

/* The instruction set in use ("portable", "baseline", "avx2", "avx512"). */
const char *tfl_isa_name(void);

/* The i-th instruction set of this build, slowest first; NULL past the last one. */
const char *tfl_isa_known(int64_t i);

/* 1 if this processor can run the named instruction set, else 0. */
int tfl_isa_supported(const char *name);

/* Choose an instruction set for all later calls; NULL chooses the best supported one. */
tfl_status tfl_isa_select(const char *name);

/* From so many bytes on a result is large: memory that held an earlier one is worth looking for. */
enum { TFL_LARGE_BYTES = 8388608 };

/* Memory for a large result, aligned to 64 bytes: of what was given back earlier, if something
 * suits, else of the system. NULL if there is none. The caller gives it back in the end. */
void *tfl_memory_alloc(int64_t bytes);

/* Gives back what tfl_memory_alloc gave; NULL is allowed. Some of it is kept for later calls. */
void tfl_memory_free(void *memory);

/* The same as an allocator that NumPy can be given (NEP 49), so that arrays own what they hold: the
 * context is not used. */
void *tfl_array_malloc(void *context, size_t bytes);
void *tfl_array_calloc(void *context, size_t count, size_t bytes);
void *tfl_array_realloc(void *context, void *memory, size_t bytes);
void tfl_array_free(void *context, void *memory, size_t bytes);

/* The most bytes that are kept for later (256 MiB at first); what is kept beyond that goes back to
 * the system. */
tfl_status tfl_memory_limit(int64_t bytes);

/* A call uses as many threads as it has so many elements, up to the bound below; 65,536 unless set,
 * at least 1. It counts elements of the cheapest loss and dtype; of others fewer will do, by what one
 * costs, down to a sixth. The bits do not depend on it either. */
tfl_status tfl_set_thread_elements(int64_t elements);

enum { TFL_MAX_THREADS = 1024 };

/* Upper bound on the threads that one call uses, the caller's included; from 1 to TFL_MAX_THREADS. */
int64_t tfl_get_num_threads(void);

/* Set that bound; 0 stands for the processors this process may use: those of its affinity, less what
 * its control group allows. */
tfl_status tfl_set_num_threads(int64_t threads);

/* ---- cffi reads to here ---- */

#if defined(__cplusplus)
}
#endif

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
