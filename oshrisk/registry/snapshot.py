"""Snapshots: the accepted registers as Parquet with a manifest of content hashes; they never change."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from oshrisk.atomic import whole_folder
from oshrisk.errors import OshriskError
from oshrisk.registry.raw import TEXT
from oshrisk.registry.registry import Registry, conform
from oshrisk.registry.tables import TABLES

MANIFEST: Final = "manifest.json"
_FORM: Final = 1  # of the hash and of the manifest


def snapshot_hash(registry: Registry) -> str:
    """Return the content hash of a registry: the same for the same values, whatever file they came from.

    Parameters
    ----------
    registry : Registry
        Accepted rows.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    return str(_manifest(registry, _hashes(registry))["snapshot"])


def write_snapshot(folder: str | Path, registry: Registry) -> str:
    """Write a snapshot: one Parquet file a table, and ``manifest.json``.

    It is written beside `folder` and then renamed, so that there is a whole snapshot or none.

    Parameters
    ----------
    folder : str or Path
        Where it will be; nothing may be there, but for the same snapshot.
    registry : Registry
        Accepted rows.

    Returns
    -------
    str
        Its content hash, as `snapshot_hash`.

    Raises
    ------
    OshriskError
        If something else is there already.
    """
    target = Path(folder)
    manifest = _manifest(registry, _hashes(registry))
    if target.exists():
        if (target / MANIFEST).is_file() and snapshot_hash(read_snapshot(target)) == manifest["snapshot"]:
            return str(manifest["snapshot"])
        raise OshriskError("registry.snapshot_exists", folder=target)
    with whole_folder(target) as partial:
        for name in TABLES:
            frame = registry[name].reset_index(drop=True)
            pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), partial / f"{name}.parquet")
        (partial / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return str(manifest["snapshot"])


def read_snapshot(folder: str | Path) -> Registry:
    """Read a snapshot and prove that it is what was written.

    Parameters
    ----------
    folder : str or Path
        The snapshot.

    Returns
    -------
    Registry
        The registry, equal to the one written.

    Raises
    ------
    OshriskError
        If it is incomplete, or a table or the manifest was changed.
    """
    place = Path(folder)
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        hashes = {name: manifest["tables"][name]["sha256"] for name in TABLES}
        read_on = pd.Timestamp(manifest["read_on"]).as_unit("s")
        absent = {name: tuple(columns) for name, columns in manifest["absent"].items()}
        as_of = None if manifest["as_of"] is None else pd.Timestamp(manifest["as_of"]).as_unit("s")
        simulated, total = bool(manifest["simulated"]), manifest["snapshot"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OshriskError("registry.snapshot_incomplete", folder=place, file=MANIFEST) from error
    frames = {}
    for name, table in TABLES.items():
        try:
            frames[name] = conform(pq.read_table(place / f"{name}.parquet").to_pandas(), table)
        except (OSError, pa.ArrowException, ValueError, TypeError) as error:
            raise OshriskError("registry.snapshot_incomplete", folder=place, file=f"{name}.parquet") from error
        if _hash_frame(frames[name]) != hashes[name]:
            raise OshriskError("registry.snapshot_changed", folder=place, file=f"{name}.parquet")
    registry = Registry(frames, read_on, simulated=simulated, as_of=as_of, absent=absent)
    if _manifest(registry, hashes)["snapshot"] != total:
        raise OshriskError("registry.snapshot_changed", folder=place, file=MANIFEST)
    return registry


def _hashes(registry: Registry) -> dict[str, str]:
    return {name: _hash_frame(registry[name]) for name in TABLES}


def _manifest(registry: Registry, hashes: dict[str, str]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "form": _FORM,
        "read_on": f"{registry.read_on:%Y-%m-%d}",
        "as_of": None if registry.as_of is None else f"{registry.as_of:%Y-%m-%d}",
        "simulated": registry.simulated,
        "absent": {name: list(columns) for name, columns in registry.absent.items() if columns},
        "tables": {name: {"rows": len(registry[name]), "sha256": hashes[name]} for name in TABLES},
    }
    total = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    return {"snapshot": total, **facts, "oshrisk": version("oshrisk")}


def _hash_frame(frame: pd.DataFrame) -> str:
    digest = hashlib.sha256()
    for name in frame.columns:
        digest.update(f"{name}\0{len(frame)}\0".encode())
        for part in _canonical(frame[name]):
            digest.update(np.ascontiguousarray(part).data)
    return digest.hexdigest()


def _canonical(values: pd.Series) -> list[Any]:
    """Return the values of a column as bytes that do not depend on how they are stored."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return [values.to_numpy().astype("datetime64[s]").astype("<i8")]
    if isinstance(values.dtype, pd.BooleanDtype):
        return [values.isna().to_numpy(), values.fillna(False).to_numpy(dtype=bool)]
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.to_numpy().astype("<f8")
        numbers = np.where(np.isnan(numbers), np.nan, numbers) + 0.0  # one NaN, and no negative zero
        return [numbers]
    texts = pa.array(values.astype("str"), TEXT)
    texts = pa.concat_arrays(texts.chunks) if isinstance(texts, pa.ChunkedArray) else texts
    there = np.asarray(texts.is_valid().to_numpy(zero_copy_only=False))
    texts = pa.concat_arrays([pc.fill_null(texts, "")])  # one buffer, without an offset
    lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False).astype("<i8")
    data = texts.buffers()[2]
    joined = np.frombuffer(data, dtype=np.uint8)[: int(lengths.sum())] if data else np.array([], dtype=np.uint8)
    return [there, lengths, joined]
