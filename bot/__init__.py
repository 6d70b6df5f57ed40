"""The program: channels at the edge, one conversation loop in the middle, the only package that knows the others."""
