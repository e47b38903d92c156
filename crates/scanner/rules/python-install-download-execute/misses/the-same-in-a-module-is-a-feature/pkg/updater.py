import subprocess
from urllib.request import urlretrieve


def update(url, folder):
    """Fetches a database for the user who asked for it and indexes it."""
    urlretrieve(url, folder / "data.db")
    subprocess.run(["pkg-index", folder / "data.db"], check=True)
