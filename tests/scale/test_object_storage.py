"""Snapshots and lists in S3-compatible storage: a real server, processes of its own, the same list as on disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from oshrisk.errors import OshriskError
from oshrisk.scale.place import Place
from oshrisk.scale.ranking import rank_shards
from oshrisk.scale.shards import is_sharded, write_shards
from oshrisk.settings import Programme

from .conftest import READ_ON, hashes, run

fsspec = pytest.importorskip("fsspec")
s3fs = pytest.importorskip("s3fs")
moto = pytest.importorskip("moto.server")


@pytest.fixture(scope="module")
def bucket():
    """An empty bucket on a server of its own, reached as anybody would: by what the environment says."""
    server = moto.ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FSSPEC_S3_ENDPOINT_URL", f"http://{host}:{port}")
        for name, value in (
            ("ACCESS_KEY_ID", "nobody"),
            ("SECRET_ACCESS_KEY", "nothing"),
            ("DEFAULT_REGION", "us-east-1"),
        ):
            patch.setenv(f"AWS_{name}", value)
        fsspec.config.set_conf_env(fsspec.config.conf)
        s3fs.S3FileSystem().mkdir("country")
        yield "s3://country"
        del fsspec.config.conf["s3"]
        s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


def test_commands_work_in_object_storage(bucket, parquet, tmp_path, registry, expert):
    run("snapshot", parquet, f"{bucket}/snapshot", "--shards", 3, "--read-on", READ_ON, "--jobs", 2)
    assert is_sharded(f"{bucket}/snapshot")
    said = run("rank", f"{bucket}/snapshot", "--output", f"{bucket}/list-simulated", "--jobs", 2, "--json")
    assert json.loads(said.stdout)["output"] == f"{bucket}/list-simulated"

    on_disk = write_shards(tmp_path / "shards", registry, 3)
    made = rank_shards(on_disk, tmp_path / "list-simulated", Programme(), expert, as_of=on_disk.read_on, language="en")
    parts = (Place.of(bucket) / "list-simulated/ranking.json").read_json()["parts"]
    assert [part["sha256"] for part in parts] == hashes(made)
    assert Place.of(bucket).names() == ["list-simulated", "snapshot"]  # nothing half done


def test_a_worker_elsewhere_sees_what_another_wrote(bucket):
    place = Place.of(bucket) / "seen"
    assert place.names() == []
    elsewhere = f"from oshrisk.scale.place import Place; Place('{place.url}/a.json').write_json(1)"
    subprocess.run([sys.executable, "-c", elsewhere], check=True, env=os.environ)
    assert place.names() == ["a.json"]
    place.remove()
    assert not place.exists()


def test_storage_that_does_not_answer_is_an_error(bucket, monkeypatch):
    monkeypatch.setitem(fsspec.config.conf["s3"], "endpoint_url", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    s3fs.S3FileSystem.clear_instance_cache()
    for ask in (is_sharded, lambda url: Place.of(url).names()):
        with pytest.raises(OshriskError) as caught:
            ask("s3://country/elsewhere")
        assert caught.value.code == "scale.no_storage"
        assert "127.0.0.1:9" in caught.value.message("vi")


@pytest.mark.parametrize("package", ["fsspec", "s3fs"])
def test_storage_without_its_package_is_an_error(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)  # as if never used
    with pytest.raises(OshriskError) as caught:
        is_sharded("s3://country/snapshot")
    assert caught.value.code == "scale.no_storage"
