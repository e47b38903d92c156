import subprocess
from urllib.request import urlopen


def revision():
    return subprocess.check_output(["git", "rev-parse", "HEAD"], text=True).strip()


def latest():
    with urlopen("https://releases.invalid/latest") as answer:
        return answer.read()
