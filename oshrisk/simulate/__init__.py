"""A simulated province with known truth: demo data, and the only place where bias and coverage can be tested.

The simulator imports the registry and the reference data only. Its true risk is a process of its own: it never reads
the risk tables of the product, so that the product cannot win by construction.
"""

from oshrisk.simulate.province import Simulation, simulate, simulate_blocks
from oshrisk.simulate.store import write_parquet
from oshrisk.simulate.workbook import Defect, write_workbook

__all__ = ["Defect", "Simulation", "simulate", "simulate_blocks", "write_parquet", "write_workbook"]
