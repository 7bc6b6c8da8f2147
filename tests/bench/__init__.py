"""`make bench`: how fast it is, each figure beside a target, a limit or a peer of the same run."""
