"""Two halls of one deployment: what is of one is nothing to the other."""
