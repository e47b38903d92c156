import os


def detach(log):
    if os.fork():
        os._exit(0)
    os.setsid()
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
