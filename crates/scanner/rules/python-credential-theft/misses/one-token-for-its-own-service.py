import os
import requests


def publish(report):
    token = os.environ["REPORT_TOKEN"]
    return requests.post("https://reports.invalid/v1", json=report, headers={"Authorization": token})
