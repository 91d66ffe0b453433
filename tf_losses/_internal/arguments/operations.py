# SPDX-License-Identifier: Apache-2.0
"""The dtypes that TensorFlow's operations take, for the messages that list them.

Each loss is, in TensorFlow, a chain of operations, and the first one that does not take a dtype
names itself in the message. Source: the registrations in tensorflow/core/ops/math_ops.cc,
nn_ops.cc and array_ops.cc, as TensorFlow 2.21 prints them.
"""

from __future__ import annotations

from typing import NamedTuple

_FLOATS = "bfloat16 half float double"
_XENT = "half bfloat16 float double"
_ORDERED = "float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64"
_ENUM = "DT_{}"


class Op(NamedTuple):
    """An operation whose attribute `attr` is the dtype of its argument `argument`."""

    name: str
    argument: str
    attr: str
    allowed: tuple[str, ...]  # kernel names, in TensorFlow's order
    description: str  # of the whole operation, as in TensorFlow's messages


def enums(allowed: tuple[str, ...]) -> str:
    """List dtypes as the descriptions of operations do.

    >>> enums(("half", "float"))
    'DT_HALF, DT_FLOAT'
    """
    return ", ".join(_ENUM.format(name.upper()) for name in allowed)


def _op(name: str, arguments: str, result: str, allowed: str, more: str = "") -> Op:
    names = tuple(allowed.split())
    argument = arguments.split(":", 1)[0]
    text = f"signature={arguments} -> {result}; attr=T:type,allowed=[{enums(names)}]{more}"
    return Op(name, argument, "T", names, text)


GREATER_EQUAL = _op("GreaterEqual", "x:T, y:T", "z:bool", _ORDERED)
NEG = _op("Neg", "x:T", "y:T", f"{_FLOATS} int8 int16 int32 int64 complex64 complex128")
ABS = _op("Abs", "x:T", "y:T", f"{_FLOATS} int8 int16 int32 int64")
EXP = _op("Exp", "x:T", "y:T", f"{_FLOATS} complex64 complex128")
EXPM1, LOG, LOG1P, RSQRT, SIGMOID, SQRT, TANH = (
    _op(name, "x:T", "y:T", f"{_FLOATS} complex64 complex128")
    for name in ("Expm1", "Log", "Log1p", "Rsqrt", "Sigmoid", "Sqrt", "Tanh")
)
SOFTPLUS = _op("Softplus", "features:T", "activations:T", _XENT)
POW = _op(
    "Pow",
    "x:T, y:T",
    "z:T",
    "bfloat16 float half double int8 int16 int32 int64 complex64 complex128",
)
RELU = _op("Relu", "features:T", "activations:T", f"{_ORDERED} qint8")
ADD = _op(
    "AddV2",
    "x:T, y:T",
    "z:T",
    f"{_FLOATS} uint8 uint16 uint32 uint64 int8 int16 int32 int64 complex64 complex128",
    "; is_commutative=true; is_aggregate=true",
)
SUB = _op(
    "Sub",
    "x:T, y:T",
    "z:T",
    f"{_FLOATS} uint8 int8 uint16 int16 int32 int64 complex64 complex128 uint32 uint64",
)
REAL_DIV = _op("RealDiv", "x:T, y:T", "z:T", f"{_FLOATS} complex64 complex128")
MUL = _op(
    "Mul",
    "x:T, y:T",
    "z:T",
    f"{_FLOATS} uint8 int8 uint16 int16 int32 uint32 uint64 int64 complex64 complex128",
    "; is_commutative=true",
)
SQUARE = _op(
    "Square",
    "x:T",
    "y:T",
    f"{_FLOATS} int8 int16 int32 int64 uint8 uint16 uint32 uint64 complex64 complex128",
)
_ONE_HOT = "signature=indices:TI, depth:int32, on_value:T, off_value:T -> output:T"
ONE_HOT = Op(
    "OneHot",
    "indices",
    "TI",
    ("uint8", "int8", "int32", "int64"),
    f"{_ONE_HOT}; attr=axis:int,default=-1; attr=T:type; "
    "attr=TI:type,default=DT_INT64,allowed=[DT_UINT8, DT_INT8, DT_INT32, DT_INT64]",
)
ONES_LIKE = _op(
    "OnesLike",
    "x:T",
    "y:T",
    f"{_FLOATS} int8 uint8 int16 uint16 int32 uint32 int64 uint64 complex64 complex128 bool",
)
_TSHAPE = "attr=Tshape:type,default=DT_INT32,allowed=[DT_INT32, DT_INT64]"
RESHAPE_SHAPE = Op(
    "Reshape",
    "shape",
    "Tshape",
    ("int32", "int64"),
    f"signature=tensor:T, shape:Tshape -> output:T; attr=T:type; {_TSHAPE}",
)
SOFTMAX = _op("SoftmaxCrossEntropyWithLogits", "features:T, labels:T", "loss:T, backprop:T", _XENT)
SOFTMAX_ONLY = _op("Softmax", "logits:T", "softmax:T", _XENT)
LOG_SOFTMAX = _op("LogSoftmax", "logits:T", "logsoftmax:T", _XENT)
_INDICES = "; attr=Tlabels:type,default=DT_INT64,allowed=[DT_INT32, DT_INT64]"
SPARSE = _op(
    "SparseSoftmaxCrossEntropyWithLogits",
    "features:T, labels:Tlabels",
    "loss:T, backprop:T",
    _XENT,
    _INDICES,
)
SPARSE_LABELS = SPARSE._replace(argument="labels", attr="Tlabels", allowed=("int32", "int64"))
_PERM = "attr=Tperm:type,default=DT_INT32,allowed=[DT_INT32, DT_INT64]"
TRANSPOSE_PERM = Op(
    "Transpose",
    "perm",
    "Tperm",
    ("int32", "int64"),
    f"signature=x:T, perm:Tperm -> y:T; attr=T:type; {_PERM}",
)

# ZerosLike has kernels for these and for nothing smaller; TensorFlow lists them in full.
_XLA = (
    "float double int32 uint8 int16 int8 complex64 int64 bool qint8 quint8 qint32 bfloat16 uint16 "
    "complex128 half uint32 uint64 float8_e5m2 float8_e4m3fn float8_e4m3fnuz float8_e4m3b11fnuz "
    "float8_e5m2fnuz int4 uint4 variant"
)
_CPU = (
    "variant string bool complex128 complex64 double float bfloat16 half int32 int8 uint8 int16 "
    "uint16 uint32 int64 uint64"
)
ZEROS_LIKE_KERNELS = "\n".join(
    [
        f"  device='XLA_CPU_JIT'; T in [{enums(tuple(_XLA.split()))}]",
        *(f"  device='CPU'; T in [{enums((name,))}]" for name in _CPU.split()),
        "  device='DEFAULT'; T in [DT_INT32]",
    ]
)

# ---- around the losses: element by element, along axes ----

_FLOATS_AND_SIGNED = f"{_FLOATS} int8 int16 int32 int64"
_COMPLEX = "complex64 complex128"
_WIDE = "bfloat16 half float double int8 uint8 int16 uint16 int32 uint32 int64 uint64"
SIGN = _op("Sign", "x:T", "y:T", f"{_FLOATS_AND_SIGNED} {_COMPLEX}")
ROUND = _op("Round", "x:T", "y:T", f"{_FLOATS_AND_SIGNED} {_COMPLEX}")
RECIPROCAL = _op("Reciprocal", "x:T", "y:T", f"{_FLOATS_AND_SIGNED} {_COMPLEX}")
FLOOR = _op("Floor", "x:T", "y:T", _FLOATS)
CEIL = _op("Ceil", "x:T", "y:T", _FLOATS)
RINT = _op("Rint", "x:T", "y:T", _FLOATS)
IS_NAN = _op("IsNan", "x:T", "y:bool", _FLOATS)
IS_INF = _op("IsInf", "x:T", "y:bool", _FLOATS)
IS_FINITE = _op("IsFinite", "x:T", "y:bool", _FLOATS)
MAXIMUM = _op("Maximum", "x:T, y:T", "z:T", _WIDE)
MINIMUM = _op("Minimum", "x:T, y:T", "z:T", _WIDE)
SQUARED_DIFFERENCE = _op(
    "SquaredDifference",
    "x:T, y:T",
    "z:T",
    f"{_FLOATS} int32 int64 {_COMPLEX}",
    "; is_commutative=true",
)
FLOOR_DIV = _op(
    "FloorDiv",
    "x:T, y:T",
    "z:T",
    f"{_FLOATS} uint8 int8 uint16 int16 int32 uint32 uint64 int64 {_COMPLEX}",
)
FLOOR_MOD = _op(
    "FloorMod",
    "x:T, y:T",
    "z:T",
    f"int8 int16 int32 int64 uint8 uint16 uint32 uint64 {_FLOATS}",
)
DIV_NO_NAN = _op("DivNoNan", "x:T, y:T", "z:T", f"half float bfloat16 double {_COMPLEX}")
MUL_NO_NAN = _op("MulNoNan", "x:T, y:T", "z:T", f"{_FLOATS} {_COMPLEX}")
LESS = _op("Less", "x:T, y:T", "z:bool", _ORDERED)
LESS_EQUAL = _op("LessEqual", "x:T, y:T", "z:bool", _ORDERED)
GREATER = _op("Greater", "x:T, y:T", "z:bool", _ORDERED)
# These take every dtype, so that no message lists them.
_ANY = f"{_WIDE} {_COMPLEX} string bool"
EQUAL = _op("Equal", "x:T, y:T", "z:bool", _ANY)
NOT_EQUAL = _op("NotEqual", "x:T, y:T", "z:bool", _ANY)
SELECT = _op("Select", "condition:bool, t:T, e:T", "output:T", _ANY)
SELECT_V2 = _op("SelectV2", "condition:bool, t:T, e:T", "output:T", _ANY)
# Those of bools.
_WHOLE = "int8 int16 int32 int64 uint8 uint16 uint32 uint64"
BITWISE_AND = _op("BitwiseAnd", "x:T, y:T", "z:T", _WHOLE, "; is_commutative=true")
BITWISE_OR = _op("BitwiseOr", "x:T, y:T", "z:T", _WHOLE, "; is_commutative=true")
BITWISE_XOR = _op("BitwiseXor", "x:T, y:T", "z:T", _WHOLE, "; is_commutative=true")
INVERT = _op("Invert", "x:T", "y:T", _WHOLE)
LOGICAL_AND = Op("LogicalAnd", "x", "", (), "")
LOGICAL_OR = Op("LogicalOr", "x", "", (), "")
LOGICAL_NOT = Op("LogicalNot", "x", "", (), "")
ANY = Op("Any", "input", "", (), "")
ALL = Op("All", "input", "", (), "")
_QUANTIZED = "qint8 quint8 qint32"
_NUMBERS = (
    f"float double int32 uint8 int16 int8 complex64 int64 {_QUANTIZED} bfloat16 qint16 quint16 "
    "uint16 complex128 half uint32 uint64"
)
WHERE = _op("Where", "input:T", "index:int64", f"{_NUMBERS} bool", "")
L2_LOSS = _op("L2Loss", "t:T", "output:T", "half bfloat16 float double")


def _reduction(name: str, allowed: str) -> Op:
    names = tuple(allowed.split())
    text = (
        "signature=input:T, reduction_indices:Tidx -> output:T; "
        f"attr=keep_dims:bool,default=false; attr=T:type,allowed=[{enums(names)}]; "
        "attr=Tidx:type,default=DT_INT32,allowed=[DT_INT32, DT_INT64]"
    )
    return Op(name, "input", "T", names, text)


_REAL_NUMBERS = f"{_ORDERED} {_QUANTIZED} qint16 quint16"
SUM = _reduction("Sum", _NUMBERS)
MEAN = _reduction("Mean", _NUMBERS)
PROD = _reduction("Prod", _NUMBERS)
MAX = _reduction("Max", _REAL_NUMBERS)
MIN = _reduction("Min", _REAL_NUMBERS)
CUMSUM = Op(
    "Cumsum",
    "x",
    "T",
    tuple(_NUMBERS.split()),
    "signature=x:T, axis:Tidx -> out:T; attr=exclusive:bool,default=false; "
    f"attr=reverse:bool,default=false; attr=T:type,allowed=[{enums(tuple(_NUMBERS.split()))}]; "
    "attr=Tidx:type,default=DT_INT32,allowed=[DT_INT32, DT_INT64]",
)
