# SPDX-License-Identifier: Apache-2.0
"""TFRecord files: TensorFlow's are read, and TensorFlow reads those that are written."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tables
from tf_losses._internal.io import crc32c, example
from tf_losses._internal.io.command import InputError

Array = npt.NDArray[Any]
ROWS = 300


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def columns() -> tables.Columns:
    rng = np.random.default_rng(5)
    bits = rng.integers(0, 2**32, (ROWS, 7), np.uint32)
    # NaN with payloads among them; Python's floats, which TensorFlow takes, are quiet.
    bits |= np.isnan(bits.view(np.float32)) * np.uint32(0x00400000)
    ids = np.array([f"{i}" * (1 + i % 4) + "é" * (i % 2) for i in range(ROWS)], object)
    labels = rng.integers(-(2**63), 2**63 - 1, ROWS) >> rng.integers(0, 64, ROWS)
    return {"id": ids, "logits": bits.view(np.float32), "label": labels}


def check(path: str, wanted: tables.Columns) -> None:
    logits = tables.read(path, "logits", Path())
    assert np.array_equal(logits.view(np.uint32), wanted["logits"].view(np.uint32))
    assert np.array_equal(tables.read(path, "labels", Path()), wanted["label"])
    assert tables.read(path, "ids", Path()).tolist() == wanted["id"].tolist()


@pytest.mark.tensorflow
@pytest.mark.parametrize("compression", ["", "GZIP", "ZLIB"])
def test_what_tensorflow_writes_is_read(compression: str) -> None:
    import tensorflow as tf  # noqa: PLC0415 (the reference)

    train, wanted = tf.train, columns()
    with tf.io.TFRecordWriter("x.tfrecord", compression) as writer:
        for identity, logits, label in zip(*wanted.values(), strict=True):
            feature = {
                "logits": train.Feature(float_list=train.FloatList(value=logits)),
                "label": train.Feature(int64_list=train.Int64List(value=[label])),
                "id": train.Feature(bytes_list=train.BytesList(value=[identity.encode()])),
                "image": train.Feature(bytes_list=train.BytesList(value=[b"\xff" * 99, b""])),
                "nothing": train.Feature(),
            }
            names = random.sample(sorted(feature), len(feature))  # the order that a map has
            features = train.Features(feature={name: feature[name] for name in names})
            writer.write(train.Example(features=features).SerializeToString())
    check("x.tfrecord", wanted)


@pytest.mark.tensorflow
def test_tensorflow_reads_what_is_written() -> None:
    import tensorflow as tf  # noqa: PLC0415 (the reference)

    wanted = columns()
    tables.write(Path("x.tfrecord"), wanted)
    about = {
        "id": tf.io.FixedLenFeature([], tf.string),
        "logits": tf.io.FixedLenFeature([7], tf.float32),
        "label": tf.io.FixedLenFeature([], tf.int64),
    }
    records = [
        tf.io.parse_single_example(record, about)
        for record in tf.data.TFRecordDataset("x.tfrecord")
    ]
    assert [r["id"].numpy().decode() for r in records] == wanted["id"].tolist()
    assert [int(r["label"]) for r in records] == wanted["label"].tolist()
    logits = np.stack([record["logits"].numpy() for record in records])
    assert np.array_equal(logits.view(np.uint32), wanted["logits"].view(np.uint32))


def test_what_is_written_is_read_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    tables.write(Path("x.tfrecord"), columns())
    with_library = Path("x.tfrecord").read_bytes()
    monkeypatch.setattr(crc32c, "library", lambda: None)
    check("x.tfrecord", columns())
    tables.write(Path("x.tfrecord"), columns())
    assert Path("x.tfrecord").read_bytes() == with_library


@given(content=st.binary(max_size=300), cuts=st.lists(st.integers(0, 300), max_size=20))
def test_sums_by_numpy_are_those_of_the_library(content: bytes, cuts: list[int]) -> None:
    pytest.importorskip("google_crc32c", reason="the other side")
    starts = np.sort(np.array([min(cut, len(content)) for cut in cuts], np.int64))
    lengths = np.diff(np.append(starts, len(content)))
    fast = crc32c.library()
    assert fast is not None
    found = crc32c._table_values(np.frombuffer(content, np.uint8), starts, lengths)  # noqa: SLF001 (one of two ways)
    assert found.tolist() == [
        fast(content[a : a + n]) for a, n in zip(starts.tolist(), lengths.tolist(), strict=True)
    ]
    assert crc32c._table_value(content) == fast(content)  # noqa: SLF001 (one of two ways)


def test_any_byte_that_changes_is_found() -> None:
    tables.write(Path("x.tfrecord"), {"logits": np.ones((3, 2), np.float32)})
    content = Path("x.tfrecord").read_bytes()
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        Path("x.tfrecord").write_bytes(changed)
        with pytest.raises(InputError, match=r"^x\.tfrecord: "):
            tables.read("x.tfrecord", "logits", Path())


@given(record=st.binary(max_size=60))
def test_nonsense_is_no_example(record: bytes) -> None:
    """It has features or is refused; nothing else is raised."""
    try:
        found = example.features(record)
    except example.WireError:
        return
    assert all(feature.kind in example.KINDS for feature in found.values())


def test_numbers_that_are_not_packed() -> None:
    """As the format lets a program write them, and the last of two entries of a name counts."""
    values = np.float32([1.5, -2.0])
    alone = b"".join(b"\x0d" + value.tobytes() for value in values)  # field 1, 32 bits each
    for number in range(2):
        kind = bytes([example.FLOAT << 3 | 2, len(alone)]) + alone
        entry = b"\x0a\x06logits\x12" + bytes([len(kind)]) + kind
        entry = b"\x0a" + bytes([len(entry)]) + entry
        old = entry.replace(values[0].tobytes(), np.float32(9).tobytes())
        features = old * number + entry
        record = b"\x0a" + bytes([len(features)]) + features
        size = len(record).to_bytes(8, "little")
        sums = [crc32c.masked(part).to_bytes(4, "little") for part in (size, record)]
        Path("x.tfrecord").write_bytes(b"".join((size, sums[0], record, sums[1])) * 20)
        assert np.array_equal(tables.read("x.tfrecord", "logits", Path()), [values] * 20)
