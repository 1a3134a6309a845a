"""Models under MLflow: every training and comparison a run, every model its table, never a pickle.

A stored model is the JSON text of a `RiskTable` with its content hash. It is read as data: no code runs, and a file
that was changed is refused. MLflow takes seconds to import, so this module is imported only by the commands that
need a stored model.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from oshrisk.atomic import whole_file
from oshrisk.errors import OshriskError
from oshrisk.features import catalogue_hash
from oshrisk.reference.load import reference_hash
from oshrisk.risk.table import RiskTable

os.environ.setdefault("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # nothing leaves the department
os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")  # that a store is made is no news to a planner

from mlflow import MlflowClient  # reads the settings above
from mlflow.db import upgrade
from mlflow.exceptions import MlflowException

CHAMPION: Final = "champion"
CHALLENGER: Final = "challenger"
TABLE_FILE: Final = "risk-table.json"
_PARTS: Final = ("features", "reference")  # what a model was made with and must be used with


@dataclass(frozen=True)
class Stored:
    """A model out of the store.

    Parameters
    ----------
    table : RiskTable
        The model, its content hash checked.
    version : int
        Version in the registry of models.
    run_id : str
        The MLflow run that made it.
    differences : tuple of str
        What differs between the program that made it and this one: ``"features"`` (the catalogue of features),
        ``"reference"`` (the reference data). Empty where nothing does.
    """

    table: RiskTable
    version: int
    run_id: str
    differences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Store:
    """An MLflow store and the name that the programme's models have in it.

    Parameters
    ----------
    uri : str
        Tracking URI: ``sqlite:///…/mlflow.db``, ``http://…``.
    name : str
        Name of the registered model.
    artifacts : Path or None
        Folder of a local store's artifacts; None leaves the place to the server.
    """

    uri: str
    name: str
    artifacts: Path | None = None

    def client(self) -> MlflowClient:
        """Return a client of the store."""
        return MlflowClient(tracking_uri=self.uri, registry_uri=self.uri)

    def experiment(self, client: MlflowClient) -> str:
        """Return the id of the experiment, which is made at first use."""
        found = client.get_experiment_by_name(self.name)
        if found is not None:
            return str(found.experiment_id)
        place = None if self.artifacts is None else self.artifacts.resolve().as_uri()
        return str(client.create_experiment(self.name, artifact_location=place))


def open_store(folder: str | Path, name: str, uri: str = "") -> Store:
    """Return the store that an address names, or an SQLite file and a folder of artifacts.

    Parameters
    ----------
    folder : str or Path
        Folder of the local store; it is made where it is missing.
    name : str
        Name of the registered model.
    uri : str, optional
        Tracking URI of a server; then `folder` is not used.

    Returns
    -------
    Store
        The store.
    """
    if uri:
        return Store(uri, name)
    file = (Path(folder) / "mlflow.db").resolve()
    if not file.exists():  # MLflow makes its tables in many steps, and cannot go on where a killed process left off
        with whole_file(file) as partial:
            upgrade.main([f"sqlite:///{partial}"], standalone_mode=False)
    return Store(f"sqlite:///{file}", name, Path(folder) / "artifacts")


def log_run(
    store: Store,
    kind: str,
    *,
    params: Mapping[str, Any],
    metrics: Mapping[str, float],
    files: Mapping[str, Path] | None = None,
    texts: Mapping[str, str] | None = None,
) -> str:
    """Write a finished run.

    Parameters
    ----------
    store : Store
        Where.
    kind : str
        ``"train"``, ``"backtest"`` or ``"compare"``: the name of the run and its tag ``oshrisk.kind``.
    params, metrics : mapping
        What went in and what came out; metrics that are not finite are left out.
    files : mapping of str to Path, optional
        Artifacts: folder in the run to the file or folder to copy there.
    texts : mapping of str to str, optional
        Artifacts: name in the run to their text.

    Returns
    -------
    str
        Id of the run.
    """
    client = store.client()
    tags = {"oshrisk.kind": kind, "oshrisk.features": catalogue_hash(), "oshrisk.reference": reference_hash()}
    run = client.create_run(store.experiment(client), run_name=kind, tags=tags)
    run_id = str(run.info.run_id)
    try:
        for name, value in params.items():
            client.log_param(run_id, name, value)
        for name, number in metrics.items():
            if pd.notna(number):
                client.log_metric(run_id, name, float(number))
        for place, path in (files or {}).items():
            (client.log_artifacts if path.is_dir() else client.log_artifact)(run_id, str(path), place or None)
        for name, content in (texts or {}).items():
            client.log_text(run_id, content, name)
    except BaseException:
        client.set_terminated(run_id, status="FAILED")
        raise
    client.set_terminated(run_id)
    return run_id


def register(store: Store, run_id: str, alias: str) -> int:
    """Register the table of a run as the newest version, and point an alias at it.

    Parameters
    ----------
    store : Store
        Where.
    run_id : str
        A run with the artifact ``risk-table.json``.
    alias : {"champion", "challenger"}
        The alias.

    Returns
    -------
    int
        The version.
    """
    client = store.client()
    try:
        client.get_registered_model(store.name)
    except MlflowException:
        client.create_registered_model(store.name)
    source = f"{client.get_run(run_id).info.artifact_uri}/{TABLE_FILE}"
    version = client.create_model_version(store.name, source=source, run_id=run_id)
    client.set_registered_model_alias(store.name, alias, version.version)
    return int(version.version)


def point(store: Store, alias: str, version: int) -> None:
    """Point an alias at a version."""
    store.client().set_registered_model_alias(store.name, alias, str(version))


def load_stored(store: Store, wanted: str | int) -> Stored:
    """Read a model out of the store.

    Parameters
    ----------
    store : Store
        Where.
    wanted : str or int
        An alias, or a version.

    Returns
    -------
    Stored
        The model.

    Raises
    ------
    OshriskError
        If there is no such model, or its file was changed after it was stored.
    """
    client = store.client()
    try:
        if isinstance(wanted, int):
            version = client.get_model_version(store.name, str(wanted))
        else:
            version = client.get_model_version_by_alias(store.name, wanted)
    except MlflowException as error:
        raise OshriskError("risk.no_stored_model", name=store.name, wanted=wanted) from error
    run_id = str(version.run_id)
    run = client.get_run(run_id)
    file = Path(client.download_artifacts(run_id, TABLE_FILE))
    content = file.read_text(encoding="utf-8", errors="replace")  # what is not UTF-8 is not JSON either
    table = RiskTable.from_json(content, file=f"{store.name} {wanted}")
    if table.model_id != run.data.params.get("model_id"):
        raise OshriskError("risk.stored_model_changed", name=store.name, version=version.version)
    now = {"features": catalogue_hash(), "reference": reference_hash()}
    differences = tuple(part for part in _PARTS if run.data.tags.get(f"oshrisk.{part}") != now[part])
    return Stored(table, int(version.version), run_id, differences)


def stored_models(store: Store) -> pd.DataFrame:
    """List the versions of the programme's model.

    Parameters
    ----------
    store : Store
        Where.

    Returns
    -------
    DataFrame
        Indexed by ``version``, newest first: ``aliases`` (joined by commas), ``made_on``, ``kind``, ``model_id``,
        ``labels`` (that it was fitted on), ``run_id``. Empty where there is none.
    """
    client = store.client()
    aliases: dict[int, list[str]] = {}
    try:
        for alias, version in client.get_registered_model(store.name).aliases.items():
            aliases.setdefault(int(version), []).append(alias)
    except MlflowException:
        pass  # nothing is registered yet
    rows = []
    for found in client.search_model_versions(f"name = '{store.name}'"):
        run = client.get_run(str(found.run_id))
        rows.append(
            {
                "version": int(found.version),
                "aliases": ", ".join(sorted(aliases.get(int(found.version), []))),
                "made_on": pd.Timestamp(found.creation_timestamp, unit="ms").floor("s"),
                "kind": run.data.params.get("kind", ""),
                "model_id": run.data.params.get("model_id", ""),
                "labels": run.data.params.get("labels", ""),
                "run_id": str(found.run_id),
            }
        )
    columns = ["version", "aliases", "made_on", "kind", "model_id", "labels", "run_id"]
    return pd.DataFrame(rows, columns=columns).set_index("version").sort_index(ascending=False)


def comparisons(store: Store, version: int) -> list[dict[str, Any]]:
    """Return the verdicts of all comparisons in which a version was the challenger, newest first.

    Parameters
    ----------
    store : Store
        Where.
    version : int
        The challenger's version.

    Returns
    -------
    list of dict
        As they were logged in ``verdict.json``.
    """
    client = store.client()
    wish = f"tags.`oshrisk.kind` = 'compare' and params.challenger = '{version}'"
    runs = client.search_runs([store.experiment(client)], wish, order_by=["attributes.start_time DESC"])
    return [
        json.loads(Path(client.download_artifacts(run.info.run_id, "verdict.json")).read_text(encoding="utf-8"))
        for run in runs
        if run.info.status == "FINISHED"
    ]
