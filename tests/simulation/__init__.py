"""Simulated merchants who play whole cases against the whole program."""
