"""The aws command, version 1 or 2, as `try` and `remove` use it: JSON in, JSON out, one sentence where it fails."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any, NoReturn


class Failed(Exception):
    """What went wrong, where, and what to do."""


class Aws:
    """Every call goes to one region, with the credentials and endpoints of the environment."""

    def __init__(self, region: str | None) -> None:
        given = region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        self.region = given or self._run(["configure", "get", "region"], "", ok=(0, 1)).strip()
        if not self.region:
            raise Failed("no region is configured: give --region")
        self.account = self("sts", "get-caller-identity")["Account"]

    def __call__(self, *arguments: str, unless: str = "") -> Any:
        """Runs `aws ARGUMENTS`; gives None where it fails with the error code that the expression `unless` matches."""
        endpoint = os.environ.get("AWS_ENDPOINT_URL_SQS") or os.environ.get("AWS_ENDPOINT_URL")
        # Version 1 would call the real SQS whatever the environment says.
        at = ["--endpoint-url", endpoint] if endpoint and arguments[0] == "sqs" else []
        said = self._run([*arguments, *at, "--output", "json", "--region", self.region], unless)
        return None if said is None else json.loads(said or "{}")

    def text(self, *arguments: str, unless: str = "") -> str | None:
        """The same, where it prints something else than JSON."""
        return self._run([*arguments, "--region", self.region], unless)

    def outputs(self, stack: str) -> dict[str, str]:
        """The outputs of the pipeline's stack."""
        described = self("cloudformation", "describe-stacks", "--stack-name", stack)["Stacks"][0]
        outputs = {o["OutputKey"]: o["OutputValue"] for o in described.get("Outputs", [])}
        if "StateMachineArn" not in outputs:
            raise Failed(f"{stack} is no deployed stack of template.yaml: it has no output StateMachineArn")
        return outputs

    def _run(self, arguments: list[str], unless: str, ok: tuple[int, ...] = (0,)) -> Any:
        environment = {**os.environ, "AWS_PAGER": ""}
        try:
            ended = subprocess.run(["aws", *arguments], capture_output=True, env=environment, encoding="utf-8", check=False)
        except FileNotFoundError:
            raise Failed("the aws command is not on the PATH: install it, version 1.29 or newer, or 2") from None
        if ended.returncode in ok:
            return ended.stdout
        code = re.search(r"\((\w+(?:\.\w+)*)\)", ended.stderr)
        if unless and re.fullmatch(unless, code.group(1) if code else ""):
            return None
        said = " ".join(ended.stderr.split()) or f"it ended with {ended.returncode}"
        raise Failed(f"aws {' '.join(arguments[:2])}: {shown(said)}")


def shown(text: object) -> str:
    """The text for a terminal: what it holds cannot move the cursor or break the line."""
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in str(text))


def tell(line: str) -> None:
    """Progress, beside the results."""
    print(line, file=sys.stderr, flush=True)


def end(failed: Failed) -> NoReturn:
    """The exit status of everything that went wrong is 2."""
    tell(f"{os.path.basename(sys.argv[0])}: {failed}")
    sys.exit(2)
