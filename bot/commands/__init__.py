"""The commands of `python -m bot`, one module each: `run(arguments) -> exit status`."""
