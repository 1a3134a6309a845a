# %% [markdown]
# # The expert table: change a row, see the list change
#
# **Question.** The model is a table of relative risks. What does a single row do to the list, and which rows would
# the province's own data move?
#
# Simulated data, so that there are labels to learn from.

# %%
import os

os.environ["OSHRISK_LANGUAGE"] = "en"

from dataclasses import replace

import matplotlib.pyplot as plt
import pandas as pd

import oshrisk
from oshrisk.evaluate.moves import in_words
from oshrisk.evaluate.pictures import moved as draw_moved

registry = oshrisk.demo_province(900).registry
programme = oshrisk.Programme()
table = oshrisk.load_table("dien-bien-expert")
bins = sum(len(factor.bins) for factor in table.factors)
print(f"{table.title_en}: {len(table.factors)} factors, {bins} bins")

# %% [markdown]
# ## One row
#
# A factor is cut into bins. Each bin has a relative risk for three outcomes, how sure the expert is (`sd`, on the log
# scale), a sign that data may not turn, and where the figure comes from.

# %%
rows = table.to_frame()
rows = rows[(rows["factor"] == "temporary_share") & (rows["outcome"] == "accident")]
rows[["state", "phrase_en", "relative_risk", "sd", "sign", "mark"]].round(2)

# %% [markdown]
# ## Change it
#
# Suppose a colleague holds overdue strict-requirement equipment to be three times as bad for violations as the table
# says. The table is data, so this is a replacement, not a change of code.

# %%
factor = table["strict_equipment_overdue"]


def stronger(part):
    effect = part.effects["violation"]
    return replace(part, effects={**part.effects, "violation": replace(effect, log_rr=3 * effect.log_rr)})


changed = table.with_factor(replace(factor, bins=tuple(map(stronger, factor.bins))))
print("another table, another id:", table.model_id[:12], "->", changed.model_id[:12])

# %%
before = oshrisk.rank(registry, programme, table=table)
after = oshrisk.rank(registry, programme, table=changed)
first = 50


def top(ranking):
    return set(ranking.assessment.nsmallest(first, "rank").index)


came, went = top(after) - top(before), top(before) - top(after)
print(f"among the first {first}: {len(came)} came, {len(went)} went")
moves = pd.DataFrame({"rank before": before.assessment["rank"], "rank after": after.assessment["rank"]})
moves.loc[sorted(came | went, key=lambda one: after.assessment.at[one, "rank"])].head(10)

# %% [markdown]
# ## Save and sign
#
# A table is written as TOML that a person can read, and read back to the same id. Put it in the working folder and
# name it under `[ranking]` in `programme.toml`: `model = "my-table.toml"`.

# %%
written = oshrisk.to_toml(changed)
print("\n".join(written.splitlines()[:12]))

# %% [markdown]
# ## What the data would move
#
# The labels of the simulated province move the table: within the signs, and by as much as they weigh against the
# expert's uncertainty. `before` and `after` are logs of relative risks; `labels` is how many labelled rows stand
# behind each point.

# %%
past = oshrisk.Past(registry)
learned = oshrisk.fit_table(table, oshrisk.panels(past, registry.read_on))
told = in_words(learned.moved, learned.table, "en")
told.head(8).round(2)

# %%
violations = learned.moved[learned.moved["outcome"] == "violation"]
fig, ax = plt.subplots(figsize=(9, 7), layout="constrained")
_ = draw_moved(violations, learned.table, "en", title="serious violations", ax=ax, simulated=True)

# %% [markdown]
# **Answer.** One row moves a few enterprises in and out of the first fifty, and everybody can see which. Data move
# only the points that have labels behind them, never against a sign; all other rows stay what the expert wrote.
