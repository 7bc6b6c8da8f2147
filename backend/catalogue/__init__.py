"""What a hall does for whom, and how: the guides that visitors read and that search stands on."""
