use crate::run::{Figures, Run};

/// One line of the bill.
struct Price {
    what: &'static str,
    /// How much of it one package takes.
    quantity: fn(&Run) -> f64,
    /// What one of it costs, in dollars.
    dollars: f64,
}

/// Public prices of us-east-1 without free tiers and discounts. docs/cost.md says where each of them is published, and what
/// is not here because it is a cent or less for a thousand packages.
const PRICES: [Price; 11] = [
    Price { what: "Lambda, arm64: GB-seconds", quantity: Run::gb_seconds, dollars: 0.000_013_333_4 },
    Price { what: "Lambda: calls", quantity: Run::invocations, dollars: 0.000_000_2 },
    Price { what: "Step Functions: transitions", quantity: |run| run.transitions, dollars: 0.000_025 },
    Price { what: "S3: writes and lists", quantity: |run| of(&run.calls, "s3-write"), dollars: 0.000_005 },
    Price { what: "S3: reads", quantity: |run| of(&run.calls, "s3-read"), dollars: 0.000_000_4 },
    Price {
        what: "CodeArtifact: requests",
        quantity: |run| of(&run.calls, "codeartifact"),
        dollars: 0.000_005,
    },
    Price {
        what: "Secrets Manager: calls",
        quantity: |run| of(&run.calls, "secretsmanager"),
        dollars: 0.000_005,
    },
    Price { what: "SNS: mails", quantity: |run| of(&run.calls, "sns"), dollars: 0.000_02 },
    Price {
        what: "KMS: requests, for each secret and mail",
        quantity: |run| of(&run.calls, "secretsmanager") + of(&run.calls, "sns"),
        dollars: 0.000_003,
    },
    Price { what: "NAT gateway: GB", quantity: |run| through(run, &["web", "github"]), dollars: 0.045 },
    Price {
        what: "interface endpoints: GB",
        quantity: |run| through(run, &["codeartifact", "secretsmanager", "sns", "states"]),
        dollars: 0.01,
    },
];

/// Dollars for a thousand packages of each size, with how much one takes in brackets; the last row is what they come to.
pub(crate) fn table(sizes: &[(&str, Run)]) -> String {
    let row = |first: &str, price: &str, cells: &[String]| {
        format!("| {first} | {price} | {} |\n", cells.join(" | "))
    };
    let names: Vec<_> = sizes.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut table = row("a thousand packages", "each", &names) + &"|---".repeat(sizes.len() + 2) + "|\n";
    let mut sums = vec![0.0; sizes.len()];
    for price in &PRICES {
        let mut cells = vec![];
        for ((_, run), sum) in sizes.iter().zip(&mut sums) {
            let quantity = (price.quantity)(run);
            // In thousandths, so that what is printed adds up.
            let dollars = (quantity * price.dollars * 1e6).round() / 1e3;
            *sum += dollars;
            cells.push(format!("{dollars:.3} ({})", short(quantity)));
        }
        table += &row(price.what, &price.dollars.to_string(), &cells);
    }
    table + &row("sum", "", &sums.iter().map(|sum| format!("{sum:.3}")).collect::<Vec<_>>())
}

fn of(figures: &Figures, name: &str) -> f64 {
    figures.get(name).copied().unwrap_or_default()
}

fn through(run: &Run, services: &[&str]) -> f64 {
    services.iter().map(|service| of(&run.traffic, service)).sum::<f64>() / 1e9
}

/// With no more digits than it has.
fn short(quantity: f64) -> String {
    format!("{quantity:.4}").trim_end_matches('0').trim_end_matches('.').to_owned()
}
