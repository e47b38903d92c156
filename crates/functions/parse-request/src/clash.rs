//! Rows that cannot all be meant.
//!
//! Among the new rows: one name from two URLs, one URL under two names, and names that differ only in `.`, `_` and `-`,
//! reject every row involved, whatever their order; of rows that are the same, the first is worked on. Against the rows that
//! were there before: a new name that differs from an old one only so is rejected, and so is an old URL under a new name. An
//! old name with a new URL is no clash: that is how a newer version is asked for.

use std::collections::{BTreeSet, HashMap};

use domain::Request;

use crate::row::Row;

const LISTED: usize = 10;

/// What is wrong with each of the new rows, in their order: `None` where it clashes with no other. A row that is rejected by
/// itself clashes with none.
pub(crate) fn problems(new: &[Row], old: &[Row]) -> Vec<Option<String>> {
    let mut problems = vec![None; new.len()];
    let (old_names, old_urls) = (names_by(folded, old), names_by(url, old));
    for (url, places) in places_by(url, new) {
        let problem = url_problem(&requests(new, &places), old_urls.get(&url));
        places.into_iter().for_each(|place| problems[place].clone_from(&problem));
    }
    for (name, places) in places_by(folded, new) {
        let problem = name_problem(&requests(new, &places), old_names.get(&name));
        let first = new[places[0]].line;
        for (nth, place) in places.into_iter().enumerate() {
            let same = || (nth > 0).then(|| format!("the row asks for the same as row {first}"));
            problems[place] = problem.clone().or_else(|| problems[place].take()).or_else(same);
        }
    }
    problems
}

/// What is wrong with all of these rows, whose URLs are equal.
fn url_problem(requests: &[&Request], old: Option<&BTreeSet<&str>>) -> Option<String> {
    let first = requests.first()?;
    if requests.iter().any(|r| r.package != first.package) {
        return Some(format!("rows {} ask for the same URL under different names: keep one", rows(requests)));
    }
    let other = old?.iter().find(|name| **name != first.package.as_str())?;
    Some(format!("the URL is asked for as {other} already: use that name"))
}

/// What is wrong with all of these rows, whose names are equal when folded.
fn name_problem(requests: &[&Request], old: Option<&BTreeSet<&str>>) -> Option<String> {
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

fn url(request: &Request) -> String {
    request.url.to_string()
}

/// The places of the rows that share a key.
fn places_by(key: fn(&Request) -> String, rows: &[Row]) -> HashMap<String, Vec<usize>> {
    let mut groups: HashMap<_, Vec<_>> = HashMap::new();
    for (place, row) in rows.iter().enumerate() {
        if let Ok(request) = &row.asked {
            groups.entry(key(request)).or_default().push(place);
        }
    }
    groups
}

/// The names of the rows that share a key.
fn names_by(key: fn(&Request) -> String, rows: &[Row]) -> HashMap<String, BTreeSet<&str>> {
    let mut groups: HashMap<_, BTreeSet<_>> = HashMap::new();
    for request in rows.iter().filter_map(|row| row.asked.as_ref().ok()) {
        groups.entry(key(request)).or_default().insert(request.package.as_str());
    }
    groups
}

fn requests<'a>(rows: &'a [Row], places: &[usize]) -> Vec<&'a Request> {
    places.iter().filter_map(|&place| rows[place].asked.as_ref().ok()).collect()
}

fn rows(requests: &[&Request]) -> String {
    let listed: Vec<String> = requests.iter().take(LISTED).map(|r| r.row.to_string()).collect();
    match requests.len().saturating_sub(LISTED) {
        0 => listed.join(", "),
        more => format!("{} and {more} more", listed.join(", ")),
    }
}
