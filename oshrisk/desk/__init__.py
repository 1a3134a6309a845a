"""The desk: one web application for the quarter's work, over the ledger and the functions of the command line."""
