"""Models in an MLflow store: written as a table, read as data, refused when changed."""

import json
import sqlite3
from dataclasses import replace

import pytest

from oshrisk.errors import OshriskError
from oshrisk.risk import load_table
from oshrisk.risk.table import content_hash

tracking = pytest.importorskip("oshrisk.risk.tracking", reason="MLflow is an extra")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tracking.open_store(tmp_path_factory.mktemp("models"), "province")


@pytest.fixture(scope="module")
def run_id(store):
    table = load_table()
    params = {"model_id": table.model_id, "kind": "expert", "labels": 0}
    metrics = {"capture": 0.5, "unknown": float("nan")}
    return tracking.log_run(
        store, "train", params=params, metrics=metrics, texts={tracking.TABLE_FILE: table.to_json()}
    )


@pytest.fixture(scope="module")
def version(store, run_id):
    return tracking.register(store, run_id, tracking.CHALLENGER)


def test_store_is_empty_at_first(tmp_path):
    empty = tracking.open_store(tmp_path, "province")
    assert tracking.stored_models(empty).empty
    with pytest.raises(OshriskError, match="oshrisk train"):
        tracking.load_stored(empty, tracking.CHAMPION)


def test_a_store_is_made_whole_or_not_at_all(tmp_path, monkeypatch):
    def killed(arguments, standalone_mode):
        sqlite3.connect(arguments[0].removeprefix("sqlite:///")).execute("CREATE TABLE half (a)")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(tracking.upgrade, "main", killed)
        with pytest.raises(KeyboardInterrupt):
            tracking.open_store(tmp_path, "province")
    assert not list(tmp_path.iterdir())
    assert tracking.stored_models(tracking.open_store(tmp_path, "province")).empty


@pytest.mark.parametrize("by", ["alias", "version"])
def test_model_comes_back_exactly(store, version, by):
    stored = tracking.load_stored(store, tracking.CHALLENGER if by == "alias" else version)
    assert stored.table == load_table()
    assert stored.version == version
    assert stored.differences == ()


def test_models_are_listed_newest_first_with_their_aliases(store, version):
    tracking.point(store, tracking.CHAMPION, version)
    listed = tracking.stored_models(store)
    assert listed.index[0] == version
    assert listed.loc[version, "aliases"] == "challenger, champion"
    assert listed.loc[version, "model_id"] == load_table().model_id


def test_metrics_that_are_not_numbers_are_left_out(store, run_id):
    assert store.client().get_run(run_id).data.metrics == {"capture": 0.5}


@pytest.mark.parametrize("part", ["features", "reference"])
def test_what_differs_is_named(store, version, monkeypatch, part):
    hashes = {"features": "catalogue_hash", "reference": "reference_hash"}
    monkeypatch.setattr(tracking, hashes[part], lambda: "another")
    assert tracking.load_stored(store, version).differences == (part,)


@pytest.mark.parametrize("change", ["value", "value and hash", "not JSON", "a pickle"])
def test_changed_file_is_refused(store, change):
    store = replace(store, name="changed")  # a file of its own would take seconds to set up
    table = load_table()
    texts = {tracking.TABLE_FILE: table.to_json()}
    run_id = tracking.log_run(store, "train", params={"model_id": table.model_id}, metrics={}, texts=texts)
    version = tracking.register(store, run_id, tracking.CHAMPION)
    file = next(path for path in store.artifacts.rglob(tracking.TABLE_FILE) if run_id in path.parts)
    document = json.loads(file.read_text(encoding="utf-8"))
    document["note"] = "changed"
    if change == "value and hash":
        document["model_id"] = content_hash({k: v for k, v in document.items() if k != "model_id"})
    content = {"not JSON": b"{", "a pickle": b"\x80\x04N."}.get(change, json.dumps(document).encode())
    file.write_bytes(content)
    with pytest.raises(OshriskError):
        tracking.load_stored(store, version)


def test_failed_run_is_marked_failed(store, monkeypatch):
    def fail(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr(tracking.MlflowClient, "log_text", fail)
    with pytest.raises(OSError, match="disk full"):
        tracking.log_run(store, "train", params={}, metrics={}, texts={"a": "b"})
    client = store.client()
    newest = client.search_runs([store.experiment(client)], order_by=["attributes.start_time DESC"])[0]
    assert newest.info.status == "FAILED"


def test_comparisons_of_a_challenger(store, version):
    verdict = {"better": True, "difference": 0.1}
    params = {"challenger": version, "champion": "expert"}
    tracking.log_run(store, "compare", params=params, metrics={}, texts={"verdict.json": json.dumps(verdict)})
    assert tracking.comparisons(store, version) == [verdict]
    assert tracking.comparisons(store, version + 1) == []
