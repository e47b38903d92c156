import requests


def exchange_rates(day):
    answer = requests.get(f"https://rates.invalid/{day}", timeout=10)
    answer.raise_for_status()
    return answer.json()
