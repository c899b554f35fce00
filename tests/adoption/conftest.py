"""What tests of the adoption share with those of the lab."""

from tests.lab.clouds.conftest import bench, play, stage
from tests.lab.conftest import short_path

__all__ = ["bench", "play", "short_path", "stage"]
