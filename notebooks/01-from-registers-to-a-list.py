# %% [markdown]
# # From registers to a list in ten lines
#
# **Question.** A department has a workbook of registers. What does it take to get from there to a lawful quarterly
# inspection list with a reason for every line?
#
# The registers here are simulated: no such enterprise exists. Every step is a plain function from one pandas frame to
# the next, so that you can stop anywhere and look.

# %%
import os

os.environ["OSHRISK_LANGUAGE"] = "en"  # objects show themselves in English; without it, in Vietnamese

import oshrisk

# %% [markdown]
# First the workbook, as a department would hand it in. `make_demo` writes one into a working folder; with your own
# registers you begin at the next cell.

# %%
import tempfile
from pathlib import Path

folder = oshrisk.make_demo(Path(tempfile.mkdtemp()) / "demo", "en")
Path(folder.source).name

# %% [markdown]
# ## The ten lines

# %%
reading = oshrisk.read_registry(folder.source, read_on="2026-11-30")
programme = oshrisk.Programme.model_validate({"selection": {"seconds": 0.5}})
quarter = oshrisk.Quarter.parse("2027Q1")

known = reading.registry.known("2026-11-30")  # nothing known later is visible
features = oshrisk.build_features(known, "2026-11-30")  # one row an enterprise, NaN is unknown
table = oshrisk.load_table("dien-bien-expert")  # relative risks that a person can read
assessment = oshrisk.assess(features, table)  # rates, harm, index, class, rank
roads = oshrisk.make_roads(programme)  # driving times, estimated until they are measured
plan = oshrisk.plan(known, features, assessment, programme, quarter, roads=roads)

# %% [markdown]
# ## What came of it
#
# A plan shows itself: how many visits, on what grounds, how many inspector-days, and how far at most it is from the
# best list there could be.

# %%
plan

# %% [markdown]
# The visits share roads. Circles are visits on site; their area is their number.

# %%
_ = plan.plot()
# %% [markdown]
# ## Nobody vanishes
#
# Every bad row of the workbook is counted, and every enterprise that is not on the list has its reason.

# %%
reading.counts

# %%
plan.not_selected["reason"].value_counts()

# %% [markdown]
# ## The workbook
#
# The same list goes to Excel with `oshrisk plan 2027Q1` on the command line, which also keeps the version, the
# snapshot and everything that is needed to make it again.

# %%
assert len(plan.visits) + len(plan.not_selected) == len(known.ids)
print(f"{len(known.ids):,} enterprises: {len(plan.visits)} visits, {len(plan.not_selected):,} others with a reason")

# %% [markdown]
# **Answer.** Ten lines: read, ask what was known on the day, compute features, load a table, assess, plan. Each line
# gives a frame or a small object that you can look into. The list keeps to the law, to the days there are and to the
# roads, and says of everybody who is not on it why.
