"""What a deleted stack leaves, because its template retains it or a service wrote it again."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass, field

from aws import Aws, Failed, tell


@dataclass(frozen=True)
class Resource:
    """As CloudFormation lists it."""

    type: str
    id: str


@dataclass
class Wishes:
    """What goes only on a further yes, by name."""

    domains: set[str]
    addresses: set[str]


@dataclass
class Leftovers:
    """By kind; what there is no longer is not among them."""

    buckets: list[str] = field(default_factory=list)
    log_groups: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    repositories: list[tuple[str, str]] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """What goes, for people."""
        return (
            [f"bucket {name} with every version of everything in it" for name in self.buckets]
            + [f"{len(names)} {kind}" for kind, names in (("log groups", self.log_groups), ("secrets", self.secrets)) if names]
            + [f"packages in CodeArtifact, domain {name}: only on a further yes" for name in self.domains]
            + [f"address {ip}: only on a further yes" for ip in self.addresses]
            + [f"key {key}: scheduled for deletion in 30 days" for key in self.keys]
        )

    def remove(self, aws: Aws, wishes: Wishes) -> list[str]:
        """Gives what is left, and why."""
        for bucket in self.buckets:
            remove_bucket(aws, bucket)
        for group in self.log_groups:
            aws("logs", "delete-log-group", "--log-group-name", group, unless="ResourceNotFoundException")
        for secret in self.secrets:
            call = ("secretsmanager", "delete-secret", "--secret-id", secret, "--force-delete-without-recovery")
            aws(*call, unless="ResourceNotFoundException")
        kept = self._remove_packages(aws, wishes.domains)
        left = [f"CodeArtifact domain {name}, with its packages: {why}" for name, why in kept.items()]
        for address in self.addresses:
            agreed = address in wishes.addresses
            left += release(aws, address) if agreed else [f"address {address}: you did not say yes, and it costs"]
        for key in self.keys:
            left.append(f"key {key}: the packages are encrypted with it" if kept else schedule(aws, key))
        return left

    def _remove_packages(self, aws: Aws, agreed: set[str]) -> dict[str, str]:
        """Gives the domains that stay, and why."""
        kept = {}
        for domain, repository in self.repositories:
            if domain in agreed:
                call = ("codeartifact", "delete-repository", "--domain", domain, "--repository", repository)
                aws(*call, unless="ResourceNotFoundException")
        for domain in self.domains:
            if domain not in agreed:
                kept[domain] = "you did not say yes"
            elif aws("codeartifact", "delete-domain", "--domain", domain, unless="ConflictException") is None:
                kept[domain] = "it has repositories that this stack did not make"
        return kept


def of(aws: Aws, resources: list[Resource]) -> Leftovers:
    """What there is of what may be left."""
    ids = {kind: [r.id for r in resources if r.type == f"AWS::{kind}"] for kind in KINDS}
    left = Leftovers()
    for name in ids["S3::Bucket"]:
        if aws("s3api", "get-bucket-location", "--bucket", name, unless="NoSuchBucket") is not None:
            left.buckets.append(name)
    if ids["Logs::LogGroup"]:
        prefix = os.path.commonprefix(ids["Logs::LogGroup"])
        groups = aws("logs", "describe-log-groups", "--log-group-name-prefix", prefix)["logGroups"]
        left.log_groups = [g["logGroupName"] for g in groups if g["logGroupName"] in ids["Logs::LogGroup"]]
    for arn in ids["SecretsManager::Secret"]:
        if aws("secretsmanager", "describe-secret", "--secret-id", arn, unless="ResourceNotFoundException"):
            left.secrets.append(arn)
    for arn in ids["CodeArtifact::Repository"]:
        domain, repository = arn.rsplit("/", 2)[-2:]
        left.repositories.append((domain, repository))
    for name in (arn.rsplit("/", 1)[-1] for arn in ids["CodeArtifact::Domain"]):
        if aws("codeartifact", "describe-domain", "--domain", name, unless="ResourceNotFoundException"):
            left.domains.append(name)
    for ip in (one.split("|")[0] for one in ids["EC2::EIP"]):
        if found(aws, ip):
            left.addresses.append(ip)
    for key in ids["KMS::Key"]:
        described = aws("kms", "describe-key", "--key-id", key, unless="NotFoundException")
        if described and described["KeyMetadata"]["KeyState"] != "PendingDeletion":
            left.keys.append(key)
    return left


KINDS = [
    "S3::Bucket", "Logs::LogGroup", "SecretsManager::Secret", "CodeArtifact::Repository", "CodeArtifact::Domain",
    "EC2::EIP", "KMS::Key",
]  # fmt: skip


def remove_bucket(aws: Aws, name: str) -> None:
    """Logs of the accesses may arrive for hours, so it is emptied again where it is not empty."""
    for _ in range(5):
        empty(aws, name)
        if aws("s3api", "delete-bucket", "--bucket", name, unless="BucketNotEmpty") is not None:
            return
    raise Failed(f"somebody writes to the bucket {name}: run this again later")


def empty(aws: Aws, name: str) -> None:
    removed = 0
    while True:
        page = aws("s3api", "list-object-versions", "--bucket", name, "--max-items", "1000")
        found = page.get("Versions", []) + page.get("DeleteMarkers", [])
        if not found:
            return
        objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"Objects": objects, "Quiet": True}, file)
            file.flush()
            call = ("s3api", "delete-objects", "--bucket", name, "--delete", f"file://{file.name}")
            errors = aws(*call).get("Errors", [])
        if errors:
            raise Failed(f"{name}/{errors[0]['Key']} was not deleted: {errors[0]['Message']}")
        removed += len(objects)
        tell(f"  {name}: {removed} versions removed")


def found(aws: Aws, ip: str) -> list[dict[str, str]]:
    """The address, if there is one: asked for by a filter, one that is not there is no error."""
    answer = aws("ec2", "describe-addresses", "--filters", f"Name=public-ip,Values={ip}")
    return [address for address in answer["Addresses"] if address["PublicIp"] == ip]


def release(aws: Aws, ip: str) -> list[str]:
    for address in found(aws, ip):
        if "AssociationId" in address:
            return [f"address {ip}: something uses it that this stack did not make"]
        aws("ec2", "release-address", "--allocation-id", address["AllocationId"])
    return []


def schedule(aws: Aws, key: str) -> str:
    aws("kms", "schedule-key-deletion", "--key-id", key, "--pending-window-in-days", "30")
    return f"key {key}: AWS deletes it in 30 days; until then, aws kms cancel-key-deletion --key-id {key} keeps it"
