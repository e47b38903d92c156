import os
import subprocess


def run(command, **more):
    environment = dict(os.environ)
    environment.update(more)
    return subprocess.run(command, env=environment, check=True)
