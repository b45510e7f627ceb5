"""Files of the house written in YAML, read by libyaml: eight times as fast as in Python."""

import yaml


def read(path):
    """What a file says."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def read_all(path):
    """What each document of a file says, in order."""
    return list(yaml.load_all(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
