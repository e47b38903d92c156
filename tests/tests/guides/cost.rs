use e2e::{FUNCTIONS, Template};

use crate::page::Page;

/// A number as it is written, and how many digits stand behind its point.
#[derive(Debug, Clone, Copy)]
struct Number {
    value: f64,
    digits: i32,
}

impl Number {
    /// `1,234.50`, also in bold, behind a dollar or before a full stop.
    fn of(text: &str) -> Option<Self> {
        let text = text.trim_matches(|c: char| !c.is_ascii_digit()).replace(',', "");
        let digits = text.split_once('.').map_or(0, |(_, behind)| behind.len());
        Some(Self { value: text.parse().ok()?, digits: digits.try_into().unwrap() })
    }

    /// Whether it is the other value, rounded to as many digits.
    fn is(self, value: f64) -> bool {
        (self.value - value).abs() <= 0.5 * 10_f64.powi(-self.digits) + 1e-9
    }
}

/// What does not add up, and how much was looked at.
#[derive(Debug, Default)]
struct Sums {
    wrong: Vec<String>,
    seen: usize,
}

impl Sums {
    fn of(text: &str) -> Self {
        let mut sums = Self::default();
        for block in text.split("\n\n") {
            let rows: Vec<Vec<&str>> = rows(block).collect();
            if rows.last().is_some_and(|row| row[0] == "sum") {
                sums.look_at_table(&rows);
            }
            let cells = if rows.is_empty() { vec![block] } else { rows.concat() };
            cells.into_iter().for_each(|cell| sums.look_at_equations(cell));
        }
        sums
    }

    fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.seen += 1;
        if !holds {
            self.wrong.push(what());
        }
    }

    /// The last row has a number below every column that is added up: of what an equation comes to, or else of the first
    /// number in each cell. The first two rows are the heading.
    fn look_at_table(&mut self, rows: &[Vec<&str>]) {
        let (sum, rows) = rows[2..].split_last().unwrap();
        for (column, said) in sum.iter().enumerate().skip(1) {
            let Some(said) = Number::of(said) else { continue };
            let number = |row: &Vec<&str>| {
                let cell = row[column].rsplit("= ").next().unwrap_or_default();
                Number::of(cell.split(' ').next().unwrap_or_default())
            };
            let come_to: f64 = rows.iter().filter_map(number).map(|number| number.value).sum();
            self.expect(said.is(come_to), || format!("column {column} comes to {come_to}, not {said:?}"));
        }
    }

    /// `2 × 36.50 + 1 = 74.00`, wherever it stands.
    fn look_at_equations(&mut self, text: &str) {
        let words: Vec<_> = text.split_whitespace().collect();
        for (at, _) in words.iter().enumerate().filter(|(_, word)| **word == "=") {
            let mut left = vec![];
            for (n, word) in words[..at].iter().rev().enumerate() {
                let fits = if n % 2 == 0 { Number::of(word).is_some() } else { ["+", "×"].contains(word) };
                if !fits {
                    break;
                }
                left.insert(0, *word);
            }
            let terms = left.split(|word| *word == "+");
            let factor = |word: &&&str| Number::of(word).map(|number| number.value);
            let come_to: f64 = terms
                .map(|term| {
                    term.iter().filter(|word| **word != "×").filter_map(|word| factor(&word)).product::<f64>()
                })
                .sum();
            let said = words.get(at + 1).and_then(|word| Number::of(word));
            self.expect(said.is_some_and(|said| said.is(come_to)), || {
                format!("{left:?} comes to {come_to}, not {said:?}")
            });
        }
    }
}

/// The cells of every row of a table.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().filter(|line| line.starts_with('|')).map(cells)
}

fn cells(row: &str) -> Vec<&str> {
    row.trim_matches('|').split('|').map(str::trim).collect()
}

fn page() -> Page {
    Page::all().into_iter().find(|page| page.name == "docs/cost.md").unwrap()
}

#[test]
fn the_cost_guide_adds_up() {
    let sums = Sums::of(&page().text);
    assert!(sums.wrong.is_empty(), "{:#?}", sums.wrong);
    assert!(sums.seen >= 25, "{sums:?}");
}

#[test]
fn what_does_not_add_up_is_seen() {
    let table =
        |second: &str| format!("| x | y |\n|---|---|\n| a | 1.00 (7) |\n| b | {second} |\n| sum | 3.00 |");
    for (right, wrong) in [
        (table("2.00"), table("2.01")),
        ("with 730 × 0.045 + 1 = **33.85**.".to_owned(), "with 730 × 0.046 + 1 = **33.85**.".to_owned()),
        ("| x | 3 × 1,000 = 3,000 |".to_owned(), "| x | 3 × 1,000 = 3,001 |".to_owned()),
    ] {
        assert!(Sums::of(&right).wrong.is_empty() && Sums::of(&right).seen == 1, "{right}");
        assert_eq!(Sums::of(&wrong).wrong.len(), 1, "{wrong}");
    }
}

/// The stages as they were measured: with the memory that they have, billed for the time and the memory that are said.
#[test]
fn every_stage_is_billed_with_the_memory_of_the_template() {
    let template = Template::read("template.yaml").unwrap();
    let mut seen = vec![];
    for row in rows(&page().text) {
        let Some(function) = FUNCTIONS.into_iter().find(|name| row[0] == format!("`{name}`")) else {
            continue;
        };
        let code = format!("crates/functions/{function}");
        let mut resources = template.resources().values().map(|resource| &resource["Properties"]);
        let memory =
            resources.find(|properties| properties["CodeUri"] == code).unwrap()["MemorySize"].as_f64();
        let [said, billed, gb_seconds] = [1, 5, 6].map(|column| Number::of(row[column]).unwrap());
        assert_eq!(Some(said.value), memory, "{function}");
        assert!(gb_seconds.is(said.value / 1024.0 * billed.value / 1e3), "{row:?}");
        seen.push(function);
    }
    // The built-in scanner is never asked again.
    let expected: Vec<_> = FUNCTIONS.into_iter().filter(|name| *name != "poll-scan").collect();
    assert_eq!(seen, expected);
}

/// `| what | price | dollars for a thousand packages (how much one takes) | … |`
#[test]
fn every_line_of_the_bill_is_its_price_times_its_quantity() {
    let mut seen = 0;
    for row in rows(&page().text).filter(|row| row.last().unwrap().ends_with(')') && row[1].starts_with("0."))
    {
        let price = Number::of(row[1]).unwrap().value;
        for cell in &row[2..] {
            let (dollars, quantity) = cell.split_once(" (").unwrap();
            let [dollars, quantity] = [dollars, quantity].map(|text| Number::of(text).unwrap());
            let rounded = 0.5 * 10_f64.powi(-quantity.digits) * price * 1e3;
            let is = (quantity.value * price * 1e3 - dollars.value).abs() <= 0.000_501 + rounded;
            assert!(is, "{cell} at {price}");
            seen += 1;
        }
    }
    assert!(seen >= 40, "{seen}");
}
