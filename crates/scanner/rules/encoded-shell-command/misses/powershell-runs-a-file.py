import subprocess

subprocess.run(["powershell", "-ExecutionPolicy", "Bypass", "-File", "build/sign.ps1"], check=True)
