"""Prints tickets: an ordinary client whose work due is `printer:{printer}` (I11)."""
