"""The lab's clouds, for asking their APIs about a zone."""

from tests.lab.clouds.conftest import bench, play, stage

__all__ = ["bench", "play", "stage"]
