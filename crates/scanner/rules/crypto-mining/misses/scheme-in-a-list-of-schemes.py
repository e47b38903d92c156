SCHEMES = ["http", "https", "ws", "wss", "stratum+tcp://", "stratum+ssl://", "mqtt"]


def known(url):
    return any(url.startswith(scheme) for scheme in SCHEMES)
