"""Empties a Studio domain: CloudFormation deletes no domain that somebody works in, and none of its home folders."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Callable

from aws import Aws, Failed, tell

if TYPE_CHECKING:
    from leftovers import Resource

GONE = "ResourceNotFound|ResourceNotFoundException"


def close(aws: Aws, resources: list[Resource]) -> None:
    for domain in (r.id for r in resources if r.type == "AWS::SageMaker::Domain"):
        if aws("sagemaker", "describe-domain", "--domain-id", domain, unless=GONE) is not None:
            close_domain(aws, domain)
        for vpc in (r.id for r in resources if r.type == "AWS::EC2::VPC"):
            remove_groups(aws, vpc, domain)


def close_domain(aws: Aws, domain: str) -> None:
    at = ("--domain-id", domain)
    apps = ("sagemaker", "list-apps", "--domain-id-equals", domain)
    for app in aws(*apps)["Apps"]:
        if app["Status"] not in ("Deleted", "Deleting"):
            owner = owner_of(app)
            call = ("sagemaker", "delete-app", *at, *owner, "--app-type", app["AppType"], "--app-name", app["AppName"])
            aws(*call, unless=GONE)
    until_none(f"{domain}: apps", lambda: [a for a in aws(*apps)["Apps"] if a["Status"] != "Deleted"])
    spaces = ("sagemaker", "list-spaces", "--domain-id-equals", domain)
    for space in aws(*spaces)["Spaces"]:
        aws("sagemaker", "delete-space", *at, "--space-name", space["SpaceName"], unless=GONE)
    until_none(f"{domain}: spaces", lambda: aws(*spaces)["Spaces"])
    profiles = ("sagemaker", "list-user-profiles", "--domain-id-equals", domain)
    for profile in aws(*profiles)["UserProfiles"]:
        aws("sagemaker", "delete-user-profile", *at, "--user-profile-name", profile["UserProfileName"], unless=GONE)
    until_none(f"{domain}: user profiles", lambda: aws(*profiles)["UserProfiles"])
    aws("sagemaker", "delete-domain", *at, "--retention-policy", "HomeEfsFileSystem=Delete", unless=GONE)
    until_none(domain, lambda: aws("sagemaker", "describe-domain", *at, unless=GONE))


def owner_of(app: dict[str, str]) -> tuple[str, str]:
    if "SpaceName" in app:
        return ("--space-name", app["SpaceName"])
    return ("--user-profile-name", app["UserProfileName"])


def remove_groups(aws: Aws, vpc: str, domain: str) -> None:
    """SageMaker made them for the home folders, they name each other, and the VPC cannot go before them."""
    names = ",".join(f"security-group-for-{way}-nfs-{domain}" for way in ("inbound", "outbound"))
    filters = (f"Name=vpc-id,Values={vpc}", f"Name=group-name,Values={names}")
    groups = aws("ec2", "describe-security-groups", "--filters", *filters)["SecurityGroups"]
    for group in groups:
        for way in ("ingress", "egress"):
            rules = aws("ec2", "describe-security-group-rules", "--filters", f"Name=group-id,Values={group['GroupId']}")
            rules = [r["SecurityGroupRuleId"] for r in rules["SecurityGroupRules"] if r["IsEgress"] == (way == "egress")]
            if rules:
                call = ("--group-id", group["GroupId"], "--security-group-rule-ids", *rules)
                aws("ec2", f"revoke-security-group-{way}", *call)
    for group in groups:
        aws("ec2", "delete-security-group", "--group-id", group["GroupId"])


def until_none(what: str, remaining: Callable[[], object], longest: float = 1800) -> None:
    start = time.monotonic()
    while remaining():
        if time.monotonic() - start > longest:
            raise Failed(f"{what} are still there after {longest:.0f} s: run this again")
        tell(f"  {what}: deleting for {time.monotonic() - start:.0f} s")
        time.sleep(10)
