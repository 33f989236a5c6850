"""What ``ks_api`` and the other modules with old names stand on. Users import those; nothing here has an old name."""
