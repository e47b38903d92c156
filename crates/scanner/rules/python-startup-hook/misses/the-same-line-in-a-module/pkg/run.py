import os, subprocess, sys; subprocess.Popen([sys.executable, "-m", "pkg"])
