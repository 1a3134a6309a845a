"""From a province to a country: snapshots in shards, ranked in parallel on one machine or on many, in flat memory."""
