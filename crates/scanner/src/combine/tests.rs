use domain::Severity::{self, Critical, High, Info, Low, Medium};

use super::*;
use crate::context::Context;

fn fact(line: u64, behaviours: &[Behaviour]) -> Fact {
    let behaviours = behaviours.iter().copied().collect();
    Fact { start: line as usize * 40, line, end_line: line, behaviours }
}

/// The worst that these behaviours come to, one a line, in a file of this context.
fn worst(behaviours: &[Behaviour], context: Context) -> Option<Severity> {
    let facts: Vec<Fact> =
        (10..).zip(behaviours).map(|(line, behaviour)| fact(line, &[*behaviour])).collect();
    let levels = met(&facts).into_iter().map(|met| TABLE[met.row].statement.levels.at(context));
    levels.max().flatten()
}

#[test]
fn where_a_file_runs_decides_what_its_behaviours_come_to() {
    use Context::{Data, Docs, Import, Install, Run, StartUp, Test};
    let contexts = [Install, StartUp, Import, Run, Data, Test, Docs];
    let (o, i, l, m, h, c) = (None, Some(Info), Some(Low), Some(Medium), Some(High), Some(Critical));
    let table: [(&[Behaviour], [Option<Severity>; 7]); 15] = [
        (&[Download, Execute], [h, h, m, l, l, i, i]),
        (&[Execute, Download], [h, h, m, l, l, i, i]),
        (&[Download, Shell], [h, h, m, l, l, i, i]),
        (&[Decode, Execute], [h, h, m, l, l, i, i]),
        (&[Obfuscate, Execute], [h, h, h, m, m, l, l]),
        (&[Credentials, Network], [c, c, h, m, m, l, l]),
        (&[Environment, Exfiltrate], [c, c, h, m, m, l, l]),
        (&[Environment, Network], [m, m, i, i, i, i, i]),
        (&[Discover, Network], [h, h, m, l, l, i, i]),
        (&[Persist, Download, Execute], [c, c, h, m, m, l, l]),
        (&[Exfiltrate], [h, h, o, o, o, o, o]),
        (&[Network], [l, l, o, o, o, o, o]),
        (&[Execute], [o, o, o, o, o, o, o]),
        (&[Decode], [o, o, o, o, o, o, o]),
        (&[Exfiltrate, Network], [h, h, m, l, l, i, i]),
    ];
    for (behaviours, levels) in table {
        assert_eq!(contexts.map(|context| worst(behaviours, context)), levels, "{behaviours:?}");
    }
}

#[test]
fn every_line_of_the_table_can_be_met_and_says_why() {
    for (row, line) in TABLE.iter().enumerate() {
        let facts: Vec<Fact> = (1..).zip(line.meet).map(|(at, any)| fact(at, &any[..1])).collect();
        assert!(met(&facts).iter().any(|met| met.row == row), "{}", line.statement.id);
        assert!(
            line.statement.reason.ends_with('.') && line.statement.levels.at(Context::Install) >= Some(Low)
        );
        assert_eq!(TABLE.iter().filter(|other| other.statement.id == line.statement.id).count(), 1);
        // Who runs unasked is never better off.
        for context in [Context::Import, Context::Run, Context::Test] {
            assert!(line.statement.levels.at(context) <= line.statement.levels.at(Context::Install));
        }
    }
}

#[test]
fn facts_meet_within_a_few_lines_and_bytes_and_nowhere_else() {
    let apart = |lines: u64, bytes: usize| {
        let far = Fact { start: 400 + bytes, ..fact(10 + lines, &[Execute]) };
        met(&[fact(10, &[Download]), far])
            .iter()
            .any(|met| TABLE[met.row].statement.id == "combined-download-execute")
    };
    assert!(apart(0, 1) && apart(5, 100) && apart(WINDOW_LINES, WINDOW_BYTES));
    assert!(!apart(WINDOW_LINES + 1, 1) && !apart(500, 100) && !apart(0, WINDOW_BYTES + 1));
}

#[test]
fn a_meeting_is_found_behind_any_number_of_other_facts() {
    let mut facts: Vec<Fact> = (1..50_000).map(|line| fact(line, &[Execute])).collect();
    facts.extend([fact(60_000, &[Download]), fact(60_003, &[Execute])]);
    let found = met(&facts);
    let met = found.iter().find(|met| TABLE[met.row].statement.id == "combined-download-execute").unwrap();
    assert_eq!((met.line, met.end_line), (60_000, 60_003));
    assert_eq!(met.behaviours.to_string(), "download, execute");
}

#[test]
fn what_lies_beside_a_line_is_what_is_near_it() {
    let facts = [fact(10, &[Execute]), fact(200, &[Decode])];
    let lines = ByLine::of(&facts);
    assert!(lines.beside(15).contains(Execute) && !lines.beside(15).contains(Decode));
    assert!(lines.beside(181).contains(Decode) && lines.beside(100).is_empty());
}
