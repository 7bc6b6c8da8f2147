"""How the events change the day, by what they are about; `evolve.py` alone calls these."""
