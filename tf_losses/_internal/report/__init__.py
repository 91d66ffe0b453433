# SPDX-License-Identifier: Apache-2.0
"""Pages for people: each is one file that needs nothing else, neither a network nor a program.

A page is made from facts, which are what JSON can hold: the same facts give the same bytes.
"""

from tf_losses._internal.report.evaluation import evaluation_page
from tf_losses._internal.report.figures import need_figures
from tf_losses._internal.report.parity import parity_page

__all__ = ["evaluation_page", "need_figures", "parity_page"]
