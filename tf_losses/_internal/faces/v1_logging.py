# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 1.x's `tf.logging`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.graph.logs import DEBUG as DEBUG
from tf_losses._internal.graph.logs import ERROR as ERROR
from tf_losses._internal.graph.logs import FATAL as FATAL
from tf_losses._internal.graph.logs import INFO as INFO
from tf_losses._internal.graph.logs import WARN as WARN
from tf_losses._internal.graph.logs import debug as debug
from tf_losses._internal.graph.logs import error as error
from tf_losses._internal.graph.logs import fatal as fatal
from tf_losses._internal.graph.logs import get_verbosity as get_verbosity
from tf_losses._internal.graph.logs import info as info
from tf_losses._internal.graph.logs import log as log
from tf_losses._internal.graph.logs import set_verbosity as set_verbosity
from tf_losses._internal.graph.logs import warn as warn
from tf_losses._internal.graph.logs import warning as warning

__all__ = [
    "DEBUG",
    "ERROR",
    "FATAL",
    "INFO",
    "WARN",
    "debug",
    "error",
    "fatal",
    "get_verbosity",
    "info",
    "log",
    "set_verbosity",
    "warn",
    "warning",
]
