# SPDX-License-Identifier: Apache-2.0
# It need not be installed: whatever is asked of it has any type.

from typing import Any

def __getattr__(name: str) -> Any: ...
