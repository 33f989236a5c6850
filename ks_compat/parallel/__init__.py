"""The phased parallel run: the old client and the new one side by side, and no order ever sent by both."""
