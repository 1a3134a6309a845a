"""What the law asks of each enterprise, and what of it the registers do not show to be done.

Everything is read off the registers and the dated rows of law. What the registers do not say is unknown: it is shown
as such and never counts as done, nor as an offence.
"""
