# SPDX-License-Identifier: Apache-2.0
"""`tf.logging` of TensorFlow 1.x and `tf.get_logger` of 2.x: Python's logging.

TensorFlow counterpart: tensorflow/python/platform/tf_logging.py.
"""

from __future__ import annotations

import logging

__all__ = [
    "DEBUG",
    "ERROR",
    "FATAL",
    "INFO",
    "WARN",
    "debug",
    "error",
    "fatal",
    "get_logger",
    "get_verbosity",
    "info",
    "log",
    "set_verbosity",
    "warn",
    "warning",
]

DEBUG, INFO, WARN = logging.DEBUG, logging.INFO, logging.WARNING
ERROR, FATAL = logging.ERROR, logging.CRITICAL


def get_logger() -> logging.Logger:
    """Give the logger that these functions write to.

    TensorFlow counterpart: `tf.get_logger`.

    >>> get_logger().name
    'tensorflow'
    """
    return logging.getLogger("tensorflow")


def set_verbosity(v: int) -> None:
    """Log what is at least so grave: DEBUG, INFO, WARN, ERROR or FATAL.

    >>> set_verbosity(ERROR)
    >>> get_verbosity() == ERROR
    True
    """
    get_logger().setLevel(v)


def get_verbosity() -> int:
    """Tell how grave something must be to be logged.

    >>> isinstance(get_verbosity(), int)
    True
    """
    return get_logger().getEffectiveLevel()


def log(level: int, msg: str, *args: object) -> None:
    """Log a message.

    >>> log(DEBUG, "step %d", 3)
    """
    get_logger().log(level, msg, *args)


def debug(msg: str, *args: object) -> None:
    """Log what helps to find faults.

    >>> debug("step %d", 3)
    """
    log(DEBUG, msg, *args)


def info(msg: str, *args: object) -> None:
    """Log how it goes.

    >>> info("loss %f", 0.5)
    """
    log(INFO, msg, *args)


def warning(msg: str, *args: object) -> None:
    """Log what may be wrong.

    >>> get_logger().addHandler(logging.NullHandler())
    >>> warning("loss %f", float("nan"))
    """
    log(WARN, msg, *args)


warn = warning


def error(msg: str, *args: object) -> None:
    """Log what is wrong.

    >>> get_logger().addHandler(logging.NullHandler())
    >>> error("no labels")
    """
    log(ERROR, msg, *args)


def fatal(msg: str, *args: object) -> None:
    """Log what ends the program; it does not end it.

    >>> get_logger().addHandler(logging.NullHandler())
    >>> fatal("no labels")
    """
    log(FATAL, msg, *args)
