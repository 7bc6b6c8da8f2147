"""Answers from a hall's guides and questions alone, with their sources, or none."""
