# %% [markdown]
# # MLflow: runs, champion, challenger
#
# **Question.** A model learned from the province's own visits wants to make the lists. Where is it kept, who
# decides that it may, and can anybody check later what it was?
#
# Simulated data, 250 enterprises.

# %%
import os

os.environ["OSHRISK_LANGUAGE"] = "en"

import logging
import tempfile
from pathlib import Path

import pandas as pd

import oshrisk
from oshrisk import modelling
from oshrisk.risk.tracking import CHALLENGER, load_stored, stored_models
from oshrisk.workspace import Workspace

logging.getLogger("alembic").setLevel(logging.ERROR)  # MLflow tells of every table that it makes
logging.getLogger("mlflow").setLevel(logging.ERROR)
folder = Workspace(Path(tempfile.mkdtemp()), oshrisk.Programme())
registry = oshrisk.demo_province(250).registry

# %% [markdown]
# ## Train a challenger
#
# `oshrisk train` does the same on the command line. The store is MLflow's: an SQLite file under `models/` of the
# working folder, or any MLflow server (`models.tracking_uri`).

# %%
trained = modelling.train(folder, registry, language="en")
for sentence in trained.lessons.sentences("en"):
    print("-", sentence)

# %%
stored_models(modelling.store_of(folder))[["aliases", "kind", "labels"]]

# %% [markdown]
# ## What moved
#
# The points that the labels moved furthest, in words.

# %%
for move in trained.lessons.moves("en", most=5):
    print("-", move)

# %% [markdown]
# ## The run
#
# A run keeps the table before and after, every move, the card of the model, and what it was made from. Here are its
# files, as MLflow shows them.

# %%
client = modelling.store_of(folder).client()
run = client.get_run(trained.run_id)
print(sorted(item.path for item in client.list_artifacts(trained.run_id)))
pd.Series(run.data.params).loc[["kind", "as_of", "model_id", "prior", "simulated"]].str.slice(0, 24)

# %% [markdown]
# ## It is read as data
#
# A stored model is its table in JSON with a content hash: no code runs, nothing is unpickled, and a file that was
# changed is refused.

# %%
stored = load_stored(modelling.store_of(folder), CHALLENGER)
assert stored.table.model_id == trained.table.model_id
print("version", stored.version, "is", stored.table.model_id[:16], "whoever reads it")

# %% [markdown]
# ## May it make the lists?
#
# Only if it was compared with the champion over past quarters, and the interval of the difference lies above zero.
# Without a comparison it is refused.

# %%
try:
    modelling.promote(folder)
except oshrisk.OshriskError as error:
    print(error.message("en"))

# %% [markdown]
# `oshrisk compare` replays past quarters, both models trained anew before each one. One quarter here, for speed.

# %%
quick = oshrisk.Programme.model_validate({"capacity": {"inspector_days": 40}, "selection": {"seconds": 0.1}})
quarter = oshrisk.Quarter.parse("2025Q3")
verdict = modelling.compare_models(Workspace(folder.folder, quick), registry, first=quarter, last=quarter)
print(verdict.sentence("en"))

# %%
try:
    print("champion:", modelling.promote(folder))
except oshrisk.OshriskError as error:
    print(error.message("en"))

# %% [markdown]
# **Answer.** Runs, tables and verdicts are kept in MLflow; a model is a table that a person can read, found again
# by its hash; and it becomes champion by evidence with an interval, never because it is newer. With few visits it
# usually does not, and the expert's table goes on.
