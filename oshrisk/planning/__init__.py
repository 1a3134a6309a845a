"""Whom to visit: what the law allows, what the days allow, what is worth most."""

from oshrisk.planning.programme import Plan, make_plan
from oshrisk.planning.quarter import Quarter

__all__ = ["Plan", "Quarter", "make_plan"]
