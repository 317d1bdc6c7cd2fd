"""Who may do what: API keys, permissions, the identity that the first start creates."""
