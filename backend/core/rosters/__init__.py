"""Who is to sit where on which day, and how that is agreed (SH2, SH4)."""
