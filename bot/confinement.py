"""What a child process denies itself, so that a file from a stranger costs no more than the child."""

import os


def confine(memory: int, niceness: int = 0) -> None:
    """From now on no more than so many bytes of memory, no core file, and behind those who are in more of a hurry."""
    try:
        import resource
    except ImportError:  # no such limits on this system; the deadline still holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(niceness)
