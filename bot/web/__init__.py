"""The ASGI app: the web chat and its page, health, and the routes that channels bring."""
