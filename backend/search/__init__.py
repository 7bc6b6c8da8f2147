"""Search that forgives: words, sounds, initials and slips, over the guides of a hall."""
