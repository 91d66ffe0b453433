# SPDX-License-Identifier: Apache-2.0
"""`python -m tf_losses`: the `tf-losses` command."""

import sys

from tf_losses.cli import main

if __name__ == "__main__":
    sys.exit(main())
