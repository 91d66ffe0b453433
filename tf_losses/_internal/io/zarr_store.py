# SPDX-License-Identifier: Apache-2.0
"""Zarr's stores, with a look at what they give for decoders that do not look themselves.

Blosc's decoder takes the length of a block from the block: of one that was cut short it reads on
behind the end of the memory that holds it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.extras import needed
from tf_losses._internal.io.place import CUT_SHORT

if TYPE_CHECKING:

    class _WrapperStore:
        """What is asked of zarr's class of this name."""

        def __init__(self, store: Any) -> None: ...  # noqa: ANN401 (of zarr)
        async def get(self, key: str, prototype: Any, byte_range: Any = None) -> Any: ...  # noqa: ANN401 (of zarr)


_HEAD = 16  # bytes of a Blosc block, of which the last four are its length
_ABOUT = ("zarr.json", ".zarray", ".zattrs", ".zgroup", ".zmetadata")


@cache
def _checked_class() -> Any:  # noqa: ANN401 (of zarr)
    wrapper: type[_WrapperStore] = needed("zarr.storage", "zarr", "").WrapperStore

    class Checked(wrapper):  # type: ignore[misc, valid-type]
        """A store whose whole blocks are looked at for the arrays named in `blosc`."""

        def __init__(self, store: Any, name: str = "") -> None:  # noqa: ANN401 (of zarr)
            super().__init__(store)
            self.checked_name = name
            self.blosc: set[str] = set()

        async def get(self, key: str, prototype: Any, byte_range: Any = None) -> Any:  # noqa: ANN401 (of zarr)
            found = await super().get(key, prototype, byte_range)
            is_block = byte_range is None and key.rpartition("/")[2] not in _ABOUT
            if found is not None and is_block and any(map(key.startswith, self.blosc)):
                content = found.to_bytes()
                if int.from_bytes(content[12:_HEAD], "little") != len(content):
                    raise InputError(f"{self.checked_name}: the block {key}: {CUT_SHORT}")
            return found

    return Checked


def checked(store: Any, name: str) -> Any:  # noqa: ANN401 (of zarr)
    """A store that looks at blocks before they are decoded."""
    return _checked_class()(store, name)


def look_at_blocks(root: Any, array: Any) -> None:  # noqa: ANN401 (of zarr)
    """Have the blocks of an array looked at if Blosc decodes them."""
    about = array.metadata
    if getattr(about, "compressor", None) is not None:
        is_blosc = getattr(about.compressor, "codec_id", "") == "blosc"
    else:
        codecs = [type(codec).__name__ for codec in getattr(about, "codecs", ())]
        is_blosc = "BloscCodec" in codecs
    if is_blosc:
        root.store.blosc.add(f"{array.path}/" if array.path else "")
