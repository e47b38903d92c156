import subprocess


def jobs():
    return subprocess.check_output(["crontab", "-l"], text=True).splitlines()
