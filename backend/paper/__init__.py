"""How a ticket looks on paper: printed by the printer agent, previewed by the hub."""
