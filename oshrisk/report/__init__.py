"""What people read: the quarter's list as an office workbook."""

from oshrisk.report.inputs import ListInputs
from oshrisk.report.workbook import write_workbook

__all__ = ["ListInputs", "write_workbook"]
