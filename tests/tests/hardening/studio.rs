use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{Stack, listed, roles};

/// All that a notebook's role may do. The first three lines read packages; the next are what AWS's guide gives to whoever
/// opens spaces ("Give your users access to spaces"); the last is what it takes to encrypt a space's volume.
const MAY: &str = "
    codeartifact:DescribePackageVersion codeartifact:GetAuthorizationToken codeartifact:GetPackageVersionAsset
    codeartifact:GetRepositoryEndpoint codeartifact:ListPackageVersionAssets codeartifact:ListPackageVersions
    codeartifact:ListPackages codeartifact:ReadFromRepository sts:GetServiceBearerToken
    sagemaker:AddTags sagemaker:CreateApp sagemaker:CreatePresignedDomainUrl sagemaker:CreateSpace
    sagemaker:DeleteApp sagemaker:DeleteSpace sagemaker:DescribeApp sagemaker:DescribeDomain
    sagemaker:DescribeSpace sagemaker:DescribeUserProfile sagemaker:ListApps sagemaker:ListDomains
    sagemaker:ListSpaces sagemaker:ListUserProfiles sagemaker:UpdateSpace
    kms:CreateGrant kms:Decrypt kms:DescribeKey kms:GenerateDataKey kms:GenerateDataKeyWithoutPlaintext";

/// Whoever opens Studio can open a notebook, which is their own, and can do nothing else in it than to read packages.
pub(crate) fn problems(stack: &Stack) -> Vec<String> {
    if !stack.resources.contains_key("s/StudioDomain") {
        return vec![];
    }
    let ours = ["s/ExecutionRole", "s/OpenNotebooks"];
    let statements = roles::statements(stack).into_iter().filter(|(id, _)| ours.contains(id));
    let given: Vec<_> = statements
        .flat_map(|(_, statement)| listed(&statement["Action"]).into_iter().map(move |a| (a, statement)))
        .map(|(action, statement)| (action.as_str().unwrap_or("*"), statement))
        .collect();
    let (may, does) =
        (MAY.split_whitespace().collect::<BTreeSet<_>>(), given.iter().map(|(action, _)| *action).collect());
    let lacking = may.difference(&does).map(|action| format!("a notebook needs {action}"));
    let more = does.difference(&may).map(|action| format!("a notebook may {action}"));
    let unbound = given.iter().filter(|(action, statement)| !bound(action, statement));
    lacking.chain(more).chain(unbound.map(|(action, _)| format!("{action} is not bound"))).collect()
}

/// To the domain's spaces and apps, to their owner, to the services that ask for the key.
fn bound(action: &str, statement: &Value) -> bool {
    let sagemaker = format!("arn:aws:sagemaker:{}:{}", e2e::REGION, e2e::ACCOUNT);
    let within = |kind: &str, resource: &Value| {
        let start = format!("{sagemaker}:{kind}/s/StudioDomain/");
        resource.as_str().is_some_and(|arn| arn.starts_with(&start))
    };
    let resources = listed(&statement["Resource"]);
    let of_domain = resources.iter().all(|resource| within("space", resource) || within("app", resource));
    let myself = json!(format!("{sagemaker}:user-profile/s/StudioDomain/${{sagemaker:UserProfileName}}"));
    let condition = &statement["Condition"];
    let mine = condition["ArnLike"]["sagemaker:OwnerUserProfileArn"] == myself
        && condition["StringEquals"]["sagemaker:SpaceSharingType"] == "Private";
    let services = ["ec2", "sagemaker"].map(|name| format!("{name}.{}.amazonaws.com", e2e::REGION));
    let by_service = condition["StringEquals"]["kms:ViaService"] == json!(services)
        || action == "kms:CreateGrant" && condition["Bool"]["kms:GrantIsForAWSResource"] == "true";
    match action.split_once(':').unwrap_or_default() {
        ("sagemaker", "AddTags") => of_domain && condition["Null"]["sagemaker:TaggingAction"] == "false",
        ("sagemaker", "CreatePresignedDomainUrl") => statement["Resource"] == myself,
        ("sagemaker", verb) if !verb.starts_with("Describe") && !verb.starts_with("List") => {
            of_domain && mine
        }
        ("kms", _) => statement["Resource"] == "s/Key.Arn" && by_service,
        _ => true,
    }
}
