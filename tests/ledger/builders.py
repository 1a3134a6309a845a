"""Small ledgers and lists."""

import itertools
from contextlib import contextmanager

import pandas as pd
import psycopg

from oshrisk.ledger import enter, open_ledger, set_roles, status

PEOPLE = {"lan": ["planner", "admin"], "minh": ["planner"], "hoa": ["reviewer"], "son": ["approver", "reviewer"]}
_numbers = itertools.count()


def with_people(database):
    """Make a ledger with its people."""
    opened = open_ledger(database)
    assert enter(opened, "lan")
    for name, roles in PEOPLE.items():
        set_roles(opened, name, roles, by="lan")
    opened.close()


@contextmanager
def a_base(address, template, name=None):
    """Make a database on the server, a copy of another one; give its address, and remove it afterwards."""
    name = name or f"ledger{next(_numbers)}"
    with psycopg.connect(address("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield address(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def visits(*ids, **columns):
    index = pd.Index(ids, name="enterprise_id", dtype="str")
    order = pd.DataFrame({"order": range(1, len(ids) + 1), "priority": 0.5}, index=index)
    return order.assign(until=pd.Timestamp(2027, 3, 31).as_unit("s"), **columns)


def revision(ledger, quarter="2027Q1"):
    return status(ledger, quarter)["revision"]
