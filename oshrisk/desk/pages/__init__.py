"""The pages: one file each, with its addresses in ``URLS``; `oshrisk.desk.urls` joins them."""
