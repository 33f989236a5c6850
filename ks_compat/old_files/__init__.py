"""The instrument files of the old API, made out of today's v2 scrip master, and their old addresses.

A bot that swaps its import asks for a path (``ks_compat.instruments.v1_file``); under ``ks-compat run`` the old
addresses themselves are answered, in that process only. Facts and sections cited here are those of spec/instruments.md.
"""
