def load(path):
    """As frameworks read a configuration that is Python: from a file beside them, unencoded."""
    names = {}
    with open(path, "rb") as file:
        exec(compile(file.read(), path, "exec"), names)
    return names
