"""Moments and dates, said in words, resolved against a given now."""

from datetime import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON_OF_EXAMPLES = datetime(2026, 3, 18, 12, tzinfo=SHANGHAI)
