// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
eval(String.fromCharCode(99, 111, 110, 115, 111, 108, 101));
