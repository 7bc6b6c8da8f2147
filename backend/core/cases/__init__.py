"""A case: one matter of one visitor, from the draft to the result in hand (CS1-CS3, DL1)."""
