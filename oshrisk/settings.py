"""The settings of a programme: one model, read from ``programme.toml``.

What each setting means, with its unit, stands in both languages in ``locale/*/settings.toml``.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from oshrisk.errors import OshriskError
from oshrisk.messages import Language, catalogue, text

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]
Month = Annotated[int, Field(ge=1, le=12)]
Priority = Literal["harm_x_violation", "harm", "rate", "violation"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class Office(_Section):
    """Who runs the programme, as documents print it."""

    province_code: str = "dien_bien"
    department: str = "Sở Nội vụ tỉnh Điện Biên"
    parent_body: str = "Ủy ban nhân dân tỉnh Điện Biên"
    seat_commune: str = "03127"
    country: str = Field("VN", pattern=r"^([A-Z]{2})?$")
    language: Literal["vi", "en"] = "vi"
    reference: str = ""


class Registers(_Section):
    """Where the registers are."""

    source: str = "registers"
    mapping: str = ""
    read_on: date | None = None


class Capacity(_Section):
    """What a quarter's inspectors can do."""

    inspector_days: float = Field(120, gt=0)
    teams: int = Field(2, ge=1)
    team_size: int = Field(2, ge=1)
    month_shares: tuple[Weight, Weight, Weight] = (1.0, 1.0, 1.0)
    visit_days_micro: float = Field(0.5, gt=0)
    visit_days_small: float = Field(1.0, gt=0)
    visit_days_large: float = Field(2.0, gt=0)
    visit_days_remote: float = Field(0.5, gt=0)
    hours_per_day: float = Field(8.0, gt=0, le=24)


class Roads(_Section):
    """How the inspectors travel."""

    table: str = ""
    trip_days: float = Field(5.0, ge=1)
    night_cost: float = Field(0.1, ge=0)
    closed_communes: tuple[str, ...] = ()
    closed_months: tuple[Month, ...] = (7, 8)


class Limit(_Section):
    """A floor or a ceiling on the number of visits to a group of enterprises."""

    by: Literal["commune", "area", "section", "size"]
    value: str
    least: int = Field(0, ge=0)
    most: int | None = Field(None, ge=0)


class Selection(_Section):
    """How the visits are chosen within the days there are."""

    gap: float = Field(0.001, ge=0, lt=1)
    seconds: float = Field(5.0, gt=0)
    remote_worth: Share = 0.5
    least_never_visited: int = Field(0, ge=0)
    limits: tuple[Limit, ...] = ()
    letters: int = Field(200, ge=0)
    letters_held_out: float = Field(0.2, ge=0, le=0.5)


class Draw(_Section):
    """The random share."""

    random_share: Share = 0.2
    seed: int = Field(2027, ge=0)


class Ranking(_Section):
    """How the ranking is made."""

    model: str = "dien-bien-expert"
    priority: Priority = "harm_x_violation"
    class_limits: tuple[float, float, float] = (4.0, 2.0, 1.0)

    @model_validator(mode="after")
    def _falling(self) -> Ranking:
        if not self.class_limits[0] > self.class_limits[1] > self.class_limits[2] > 0:
            raise ValueError("class_limits must fall and be above 0")
        return self


class Models(_Section):
    """Where models are kept."""

    name: str = "dien-bien"
    tracking_uri: str = ""


class Ledger(_Section):
    """Where decisions, sign-off and results are kept."""

    database: str = ""


class Documents(_Section):
    """How documents look; nothing of it changes a list."""

    letterhead: str = ""
    symbol: str = "SNV"
    place: str = "Điện Biên"
    signer: tuple[str, ...] = ("GIÁM ĐỐC",)


class Programme(_Section):
    """All settings of a programme; every one has a value, so that an empty file is a whole programme."""

    office: Office = Office()
    registers: Registers = Registers()
    capacity: Capacity = Capacity()
    roads: Roads = Roads()
    selection: Selection = Selection()
    draw: Draw = Draw()
    ranking: Ranking = Ranking()
    models: Models = Models()
    ledger: Ledger = Ledger()
    documents: Documents = Documents()

    @property
    def digest(self) -> str:
        """SHA-256 of the settings that can change a list, the same for the same values whatever the file looks like."""
        deciding = self.without_passwords.model_dump(mode="json", exclude={"documents"})
        canonical = json.dumps(deciding, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def without_passwords(self) -> Programme:
        """The same without the passwords in addresses of databases and servers: what may be kept beside a list."""
        values = self.model_dump()
        for section, name in _ADDRESSES:
            values[section][name] = _without_password(values[section][name])
        return Programme.model_validate(values)


_ADDRESSES: Final = (("registers", "source"), ("models", "tracking_uri"), ("ledger", "database"))


def _without_password(address: str) -> str:
    """Take the password out of an address.

    Examples
    --------
    >>> _without_password("postgresql://desk:secret@db.example:5432/ledger?sslmode=require")
    'postgresql://desk@db.example:5432/ledger?sslmode=require'
    >>> _without_password("registers/a.xlsx")
    'registers/a.xlsx'
    """
    return re.sub(r"^([^:/]+://[^:/@]*):[^/]*@", r"\1@", address)


def read_programme(path: str | Path) -> Programme:
    """Read ``programme.toml``.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Programme
        The settings.

    Raises
    ------
    OshriskError
        If the file is not there, is not TOML, has an unknown key (the nearest name is suggested) or a value out
        of range: all of them at once.
    """
    file = Path(path)
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise OshriskError("settings.no_file", file=file) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OshriskError("settings.not_toml", file=file, problem=error) from error
    try:
        return Programme.model_validate(values)
    except ValidationError as error:
        items = error.errors()
        raise OshriskError("settings.bad", file=file, problems=lambda lang: _problems(items, lang)) from error


def settings_file(programme: Programme, language: Language) -> str:
    """Write settings as a commented ``programme.toml``.

    Parameters
    ----------
    programme : Programme
        The settings.
    language : {"vi", "en"}
        Language of the comments.

    Returns
    -------
    str
        TOML text; reading it gives `programme` back.

    Examples
    --------
    >>> print(settings_file(Programme(), "en").splitlines()[0])
    # Settings of the inspection programme. Every setting may be left out: then the value shown here holds.
    """
    lines = [f"# {text('settings.head', language)}"]
    for section, values in programme.model_dump(mode="json").items():
        lines += ["", f"[{section}]  # {text(f'settings.sections.{section}', language)}"]
        for name, value in values.items():
            lines.append(f"# {text(f'settings.keys.{section}.{name}', language)}")
            lines.append(f"# {name} =" if value is None else f"{name} = {toml_value(value)}")
    return "\n".join(lines) + "\n"


def toml_value(value: Any) -> str:
    """Write a plain value as TOML.

    Examples
    --------
    >>> toml_value([{"by": "area", "least": 2, "most": None}])
    '[{ by = "area", least = 2 }]'
    """
    if isinstance(value, dict):
        inside = ", ".join(f"{name} = {toml_value(item)}" for name, item in value.items() if item is not None)
        return f"{{ {inside} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    return json.dumps(value, ensure_ascii=False)  # strings and numbers look alike in JSON and TOML


def _problems(items: list[Any], language: Language) -> str:
    return "; ".join(_problem(item, language) for item in items)


def _problem(item: Any, language: Language) -> str:
    place = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(item["loc"][-1]), _names(item["loc"][:-1]), n=1, cutoff=0.0)
        return text("settings.problems.unknown_key", language, place=place, near=near[0])
    limit = str(next(iter(item.get("ctx", {}).values()), ""))
    choices = re.findall(r"'([^']*)'", limit)  # pydantic lists the choices of a literal in English
    known = catalogue("settings", language)["problems"]
    kind = item["type"] if item["type"] in known else "other"
    values = {"place": place, "value": item["input"], "limit": ", ".join(choices) or limit}
    return text(f"settings.problems.{kind}", language, **values)


def _names(section: tuple[str | int, ...]) -> list[str]:
    if "limits" in section:
        return list(Limit.model_fields)
    model: type[BaseModel] = Programme
    for step in section:
        model = type(model.model_fields[str(step)].default)
    return list(model.model_fields)
