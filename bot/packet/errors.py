"""What stops a packet.

PacketFault
└── FontMissing   no usable Chinese font; its text says what to do
"""


class PacketFault(Exception):
    """A packet cannot be made or read; the text says why in one sentence."""


class FontMissing(PacketFault):
    """The Chinese font is not there."""
