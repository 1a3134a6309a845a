"""Jobs: in a process of their own, with progress, cancelled, and surviving what may happen."""

import time

import pytest
from django.utils import timezone

from .people import QUARTER, send

PATIENCE = 120  # seconds


@pytest.fixture
def runner(desk, monkeypatch):
    """The thread that starts processes; the jobs that ended well are in its list."""
    from oshrisk.desk import jobs
    from oshrisk.desk.runner import Runner

    monkeypatch.setattr(jobs, "_wakers", [])
    done = []
    working = Runner(done.append)
    working.ended_well = done
    yield working
    working.stop()


def wait_for(job, states):
    until = time.monotonic() + PATIENCE
    while job.state not in states and time.monotonic() < until:
        time.sleep(0.05)
        job.refresh_from_db()
    assert job.state in states, job.facts()


def test_a_job_is_done_in_a_process_of_its_own(runner, browser):
    from oshrisk.desk.models import Job

    client = browser("minh")
    send(client, "/2027Q1/plan/")
    job = Job.objects.get()
    assert "đang chờ" in client.get(f"/jobs/{job.pk}/panel/").content.decode()
    runner.start()
    wait_for(job, {"running"})
    assert "hx-trigger" in client.get("/2027Q1/list/").content.decode()  # every page shows it
    wait_for(job, {"done"})
    assert [one.pk for one in runner.ended_well] == [job.pk]
    assert job.result["version"] == 1  # nothing was different
    assert (job.step, job.process) == ("write", None)
    panel = client.get(f"/jobs/{job.pk}/panel/").content.decode()
    assert "Đã xong" in panel
    assert "hx-trigger" not in panel


def test_cancelling_stops_the_process_and_changes_nothing(runner, browser):
    from oshrisk import ledger as book
    from oshrisk.desk.models import Job
    from oshrisk.desk.site import ledger

    client = browser("minh")
    before = len(book.log(ledger()))
    send(client, "/2027Q1/plan/")
    job = Job.objects.get()
    runner.start()
    wait_for(job, {"running"})
    assert send(browser("hoa"), f"/jobs/{job.pk}/cancel/").status_code == 403  # not hers
    send(client, f"/jobs/{job.pk}/cancel/")
    wait_for(job, {"cancelled"})
    assert len(book.log(ledger())) == before
    assert "Đã hủy" in client.get(f"/jobs/{job.pk}/").content.decode()
    assert client.get("/2027Q1/list/").status_code == 200


def test_one_that_waits_is_cancelled_at_once(browser):
    from oshrisk.desk.models import Job

    client = browser("minh")
    send(client, "/2027Q1/plan/")
    send(client, f"/jobs/{Job.objects.get().pk}/cancel/")
    assert Job.objects.get().state == "cancelled"


@pytest.mark.parametrize(("result", "state"), [({}, "failed"), ({"version": 1, "before": None}, "done")])
def test_what_an_earlier_desk_left_is_ended(runner, desk, result, state):
    from oshrisk.desk.models import Job

    values = {"kind": "plan", "quarter": str(QUARTER), "by": "lan", "language": "vi", "asked_at": timezone.now()}
    job = Job.objects.create(**values, state="running", process=2**22 + 5, result=result)
    runner.start()
    wait_for(job, {"done", "failed"})
    assert job.state == state
    assert bool(job.error) == (state == "failed")


def test_a_defect_is_said_and_logged(desk, monkeypatch, caplog):
    from oshrisk.desk import jobs

    from .people import work_off

    def broken(kind, task):
        raise ZeroDivisionError

    monkeypatch.setattr(jobs, "run", broken)
    jobs.ask("plan", "lan", "vi", quarter=str(QUARTER))
    job = work_off()
    assert job.state == "failed"
    assert "lỗi của chương trình" in job.error["vi"]
    assert "ZeroDivisionError" in caplog.text


def test_an_unknown_job_is_not_found(browser):
    assert browser("binh").get("/jobs/12345/").status_code == 404
