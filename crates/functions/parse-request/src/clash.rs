//! Rows that cannot all be meant.
//!
//! Among the new rows: one name from two URLs, and names that differ only in `.`, `_` and `-`, reject every row
//! involved, whatever their order; of rows that are the same, the first is worked on. Against the rows that were there
//! before: a new name that differs from an old one only so is rejected. An old name with a new URL is no clash: that is how
//! a newer version is asked for.

use std::collections::{BTreeSet, HashMap};

use domain::Request;

use crate::row::Row;

const LISTED: usize = 10;

/// The new rows, with a reason in each that clashes.
pub(crate) fn reject(mut new: Vec<Row>, old: &[Row]) -> Vec<Row> {
    let mut old_names: HashMap<String, BTreeSet<&str>> = HashMap::new();
    for request in old.iter().filter_map(|row| row.asked.as_ref().ok()) {
        old_names.entry(folded(request)).or_default().insert(request.package.as_str());
    }
    let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, row) in new.iter().enumerate() {
        if let Ok(request) = &row.asked {
            groups.entry(folded(request)).or_default().push(place);
        }
    }
    for (name, places) in groups {
        let requests: Vec<&Request> =
            places.iter().filter_map(|&place| new[place].asked.as_ref().ok()).collect();
        let problem = problem_of(&requests, old_names.get(&name));
        let first = new[places[0]].line;
        for (nth, place) in places.into_iter().enumerate() {
            match &problem {
                Some(problem) => new[place].asked = Err(problem.clone()),
                None if nth > 0 => {
                    new[place].asked = Err(format!("the row asks for the same as row {first}"))
                }
                None => {}
            }
        }
    }
    new
}

/// What is wrong with all of these rows, whose names are equal when folded.
fn problem_of(requests: &[&Request], old: Option<&BTreeSet<&str>>) -> Option<String> {
    let first = requests.first()?;
    let rows = || rows(requests);
    if requests.iter().any(|r| r.package != first.package) {
        return Some(format!(
            "the names in rows {} differ only in '.', '_' or '-': keep one spelling",
            rows()
        ));
    }
    if let Some(other) = old.and_then(|old| old.iter().find(|name| **name != first.package.as_str())) {
        return Some(format!(
            "the name differs only in '.', '_' or '-' from {other}, which is there already"
        ));
    }
    if requests.iter().any(|r| r.url != first.url) {
        return Some(format!("rows {} ask for the same package from different URLs: keep one", rows()));
    }
    None
}

fn folded(request: &Request) -> String {
    request.package.as_str().chars().filter(|c| !matches!(c, '.' | '_' | '-')).collect()
}

fn rows(requests: &[&Request]) -> String {
    let listed: Vec<String> = requests.iter().take(LISTED).map(|r| r.row.to_string()).collect();
    match requests.len().saturating_sub(LISTED) {
        0 => listed.join(", "),
        more => format!("{} and {more} more", listed.join(", ")),
    }
}
