UNWANTED = {"xmrig", "minerd"}


def unwanted(processes):
    return [p for p in processes if p.name() in UNWANTED]
