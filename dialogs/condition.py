"""When something of the guide holds, as the content writes it."""

from typing import Any

Condition = tuple[tuple[str, bool, Any], ...]
"""Lines that must all hold: (guard, whether it must be true, argument)."""
