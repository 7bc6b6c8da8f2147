"""Texts that mean something to SQL, HTML, spreadsheets, logs or file systems, in every field."""
