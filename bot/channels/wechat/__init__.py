"""The WeChat Official Account: callback, passive replies, customer-service messages, media."""
