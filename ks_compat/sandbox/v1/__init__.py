"""The old REST API (v1) on the same server, account, books, prices and clock as v2 (spec/v1.md 4 and 6).

Base address: the sandbox's own with ``/apim``. The whole of the old API's ramp to v2 can be played on it.
"""
