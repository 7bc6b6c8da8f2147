"""What outlives a hall's day: cases, and what desks need for them; its routes and their shell."""
