"""The main job on the embedded sandbox, for a stranger's first look (``ks-compat demo``)."""

from ks_compat.demo.play import play

__all__ = ["play"]
