"""Expands a SAM template offline, as CloudFormation would, and prints plain CloudFormation as JSON.

    python expand.py TEMPLATE        a template as JSON, its short tags written out (tests/src/template.rs)
"""

import json
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.translator.transform import transform


class NoManagedPolicies:
    """Nothing of ours is named by a policy of AWS."""

    def load(self):
        return {}


def main():
    with open(sys.argv[1]) as file:
        template = json.load(file)
    if "Transform" in template:
        for resource in template["Resources"].values():
            # What `sam package` puts there.
            for place in ("CodeUri", "DefinitionUri"):
                if place in resource.get("Properties", {}):
                    resource["Properties"][place] = f"s3://artifacts/{place}"
        template = transform(template, {}, NoManagedPolicies())
    json.dump(template, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
