"""What happens next: the guide as data, one machine, and a pure step from a turn to an outcome."""
