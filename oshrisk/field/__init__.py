"""What teams take along in the tools they use already: forms for phones, maps, calendars."""
