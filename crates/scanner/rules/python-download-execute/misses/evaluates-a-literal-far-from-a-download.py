import ast
import urllib.request


def configuration(url):
    text = urllib.request.urlopen(url).read().decode()
    return ast.literal_eval(text)


class Template:
    """Runs code that this very file has compiled."""

    def render(self, names):
        exec(self.compiled, names)
