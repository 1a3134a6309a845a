"""What people read on paper: official documents, dossiers, letters, work lists, reports."""
