# %% [markdown]
# # A million enterprises
#
# **Question.** A country has a million enterprises. Do the same features, table and reasons serve it, on an ordinary
# machine, and is its list the same however the work is divided?
#
# Simulated data. To stay within two minutes this notebook takes 20,000 enterprises; the last cell has the commands
# for a million, and `docs/scale.md` says how they are measured.

# %%
import os

os.environ["OSHRISK_LANGUAGE"] = "en"

import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

import oshrisk
from oshrisk.scale.ranking import rank_shards
from oshrisk.scale.shards import open_shards, write_shards

COUNT = 20_000
folder = Path(tempfile.mkdtemp())
registry = oshrisk.simulate.simulate(COUNT, seed=5).registry
table, programme = oshrisk.load_table(), oshrisk.Programme()
print(f"{COUNT:,} enterprises, {sum(map(len, registry.values())):,} rows in ten tables")

# %% [markdown]
# ## A snapshot in shards
#
# All tables are cut alike by a hash of the enterprise's id, so that one shard holds everything of an enterprise. No
# process ever needs more than one shard in memory.

# %%
write_shards(folder / "country-simulated", registry, 4)
shards = open_shards(folder / "country-simulated")
pd.DataFrame(
    {
        "enterprises": [shards.enterprises(number) for number in range(shards.count)],
        "rows": [shards.rows(number) for number in range(shards.count)],
    }
).rename_axis("shard")

# %% [markdown]
# ## Ranked

# %%
begun = time.perf_counter()
ranked = rank_shards(shards, folder / "ranking-simulated", programme, table, language="en")
seconds = time.perf_counter() - begun
print(f"{COUNT:,} enterprises ranked, with reasons in words: {COUNT / seconds:,.0f} a second in one process")
ranked.first(5)[["rank", "risk_class", "index", "priority", "reason_1"]].round(1)

# %% [markdown]
# ## The same list for any number of shards
#
# What one score needs of the others (where the top quarter of a sector begins, who was inspected) goes through sums
# that do not depend on how they were cut. So the list is the same file, byte for byte.

# %%
write_shards(folder / "other-simulated", registry, 7)
again = rank_shards(
    open_shards(folder / "other-simulated"), folder / "again-simulated", programme, table, language="en"
)
first, second = ([part["sha256"] for part in one.facts["parts"]] for one in (ranked, again))
assert first == second
print("4 shards and 7 shards:", first[0][:16], "=", second[0][:16])

# %% [markdown]
# ## And the same as in one piece

# %%
whole = oshrisk.rank(registry, programme, table=table)
one = ranked.first(1000)
same = one.index.tolist() == whole.assessment.nsmallest(1000, "rank").index.tolist()
print("first thousand in the same order as in one memory:", same)
assert same

# %%
counts = whole.assessment["risk_class"].value_counts(sort=False)
fig, ax = plt.subplots(figsize=(5, 2.6), layout="constrained")
ax.bar(counts.index, counts, color="white", edgecolor="0.2", hatch="////")
ax.set(ylabel="Enterprises", xlabel="Class")
_ = ax.set_title(f"{COUNT:,} enterprises by class (SIMULATED DATA)", fontsize=10)

# %% [markdown]
# **Answer.** Yes. A country is the same work in more shards: memory stays that of one shard a process, and the list
# does not depend on how the work was divided. For a million:
#
# ```
# oshrisk snapshot registers-simulated country --shards 40
# oshrisk rank country --output ranking-simulated --jobs 2
# ```
