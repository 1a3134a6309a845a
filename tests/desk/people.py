"""Who works at the desk of the tests, and how they send forms."""

from html.parser import HTMLParser

from oshrisk.planning import Quarter

QUARTER = Quarter(2027, 1)
PASSWORD = "một-mật-khẩu-dài"  # noqa: S105
PEOPLE = {
    "lan": ["admin", "planner"],
    "minh": ["planner"],
    "hoa": ["reviewer"],
    "son": ["approver"],
    "binh": ["reader"],
    "an": ["admin"],
    "vo": [],
}


def token_of(client, address="/2027Q1/"):
    """Load a page and return its CSRF token, as a browser would."""
    found = _Token()
    found.feed(client.get(address, follow=True).content.decode())
    assert found.token, f"{address} has no form"
    return found.token


def send(client, address, fields=None, page="/2027Q1/", **how):
    """Send a form with its token."""
    return client.post(address, {"csrfmiddlewaretoken": token_of(client, page), **(fields or {})}, **how)


def work_off():
    """Do the latest job in this process, as its own process would; return it."""
    from oshrisk.desk import jobs
    from oshrisk.desk.models import Job

    job = Job.objects.filter(state="waiting").latest("pk")
    Job.objects.filter(pk=job.pk).update(state="running")
    jobs.perform(job)
    jobs.finish(job)
    job.refresh_from_db()
    return job


class _Token(HTMLParser):
    token = ""

    def handle_starttag(self, _tag, attrs):
        fields = dict(attrs)
        if fields.get("name") == "csrfmiddlewaretoken":
            self.token = fields["value"]


def finished():
    """Do the job that was asked for last, as the runner would; return it."""
    from oshrisk.desk import jobs
    from oshrisk.desk.models import Job

    job = Job.objects.latest("pk")
    Job.objects.filter(pk=job.pk).update(state="running")
    jobs.perform(job)
    jobs.finish(job)
    job.refresh_from_db()
    return job


def said(answer):
    """Return the text of an answer."""
    return answer.content.decode()
