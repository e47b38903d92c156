//! The grammars, and one vocabulary of node kinds and fields for all three.

use std::ops::ControlFlow;
use std::sync::OnceLock;

use tree_sitter::{ParseOptions, ParseState, Parser};

use super::budget::Budget;
use super::tree::{Builder, Tree, Type};
use super::{Language, Unnormal};

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident, $other:ident, { $($variant:ident: $($text:literal)|+),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum $name { $other, $($variant),+ }

        impl $name {
            fn named(text: &str) -> Self {
                match text { $($($text)|+ => Self::$variant,)+ _ => Self::$other }
            }
        }
    };
}

vocabulary! {
    /// The kinds of nodes that the walk knows; the languages' names for one thing are one kind.
    Kind, Other, {
        Arguments: "argument_list" | "arguments",
        ArrowFunction: "arrow_function",
        Assignment: "assignment" | "assignment_expression",
        AugmentedAssignment: "augmented_assignment" | "augmented_assignment_expression",
        Await: "await" | "await_expression",
        Binary: "binary_operator" | "binary_expression",
        Block: "block" | "statement_block" | "class_body" | "switch_body",
        Branch: "if_statement" | "for_statement" | "while_statement" | "try_statement" | "with_statement"
            | "match_statement" | "switch_statement" | "for_in_statement" | "do_statement",
        Call: "call" | "call_expression" | "new_expression",
        Capture: "as_pattern_target" | "pattern_list" | "tuple_pattern" | "list_pattern" | "array_pattern"
            | "object_pattern" | "list_splat_pattern" | "dictionary_splat_pattern" | "rest_pattern"
            | "parameters" | "lambda_parameters" | "formal_parameters" | "required_parameter"
            | "optional_parameter" | "catch_clause" | "typed_parameter" | "pair_pattern"
            | "object_assignment_pattern",
        Class: "class_definition" | "class_declaration" | "class",
        Comment: "comment" | "html_comment" | "line_continuation",
        Comprehension: "list_comprehension" | "generator_expression" | "set_comprehension",
        ConcatenatedString: "concatenated_string",
        Declarator: "variable_declarator",
        DefaultParameter: "default_parameter" | "typed_default_parameter" | "assignment_pattern",
        Dictionary: "dictionary" | "object",
        Error: "ERROR",
        Escape: "escape_sequence" | "escape_interpolation",
        ExecStatement: "exec_statement",
        ExpressionStatement: "expression_statement",
        False: "false",
        ForIn: "for_in_clause",
        Fragment: "string_fragment" | "string_content",
        Function: "function_definition" | "function_declaration" | "function_expression" | "lambda"
            | "generator_function_declaration" | "generator_function" | "method_definition",
        GlobalStatement: "global_statement" | "nonlocal_statement",
        Identifier: "identifier" | "shorthand_property_identifier",
        IfClause: "if_clause",
        Import: "import_statement" | "import_from_statement" | "future_import_statement",
        ImportedName: "dotted_name" | "aliased_import" | "import_clause" | "import_specifier"
            | "namespace_import" | "named_imports" | "relative_import" | "export_specifier"
            | "import_require_clause",
        Interpolation: "interpolation" | "template_substitution",
        KeywordArgument: "keyword_argument",
        List: "list" | "tuple" | "array" | "expression_list" | "set",
        Member: "attribute" | "member_expression",
        NamedExpression: "named_expression",
        Number: "integer" | "number",
        OptionalChain: "optional_chain",
        Pair: "pair",
        Parenthesized: "parenthesized_expression",
        PatternName: "shorthand_property_identifier_pattern",
        Property: "property_identifier",
        Regex: "regex",
        Sequence: "sequence_expression",
        Slice: "slice",
        Spread: "spread_element" | "list_splat",
        String: "string",
        Subscript: "subscript" | "subscript_expression",
        Template: "template_string",
        This: "this",
        True: "true",
        TypeAssertion: "as_expression" | "satisfies_expression" | "non_null_expression" | "type_assertion",
        Unary: "unary_operator" | "unary_expression",
        CloseBrace: "}",
        CloseBracket: ")" | "]",
        Comma: "," | ";" | ":",
        Dot: "." | "?.",
        OpenBracket: "(" | "[",
    }
}

vocabulary! {
    /// The fields of nodes that the walk asks for.
    Field, None, {
        Alias: "alias",
        Body: "body",
        Function: "function" | "constructor",
        Index: "subscript" | "index",
        Key: "key",
        Left: "left",
        ModuleName: "module_name",
        Name: "name",
        Object: "object",
        Operator: "operator",
        Parameter: "parameter" | "pattern",
        Parameters: "parameters",
        Property: "property" | "attribute",
        Right: "right",
        Source: "source",
        Value: "value",
    }
}

/// A language's grammar with its node types and fields by number.
pub(super) struct Grammar {
    language: tree_sitter::Language,
    types: Vec<Type>,
    fields: Vec<Field>,
}

/// What the parser makes of what it cannot read; its number is beyond all others.
static ERROR: Type = Type { name: "ERROR", kind: Kind::Error, starts_line: true, is_named: true };

/// The grammar of `language`, built at its first use.
pub(super) fn of(language: Language) -> &'static Grammar {
    static GRAMMARS: [OnceLock<Grammar>; 3] = [const { OnceLock::new() }; 3];
    let [python, javascript, typescript] = &GRAMMARS;
    match language {
        Language::Python => python.get_or_init(|| Grammar::new(tree_sitter_python::LANGUAGE.into())),
        Language::JavaScript => {
            javascript.get_or_init(|| Grammar::new(tree_sitter_javascript::LANGUAGE.into()))
        }
        Language::TypeScript => {
            typescript.get_or_init(|| Grammar::new(tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()))
        }
    }
}

impl Grammar {
    fn new(language: tree_sitter::Language) -> Self {
        let ids = 0..u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
        let of = |id| {
            // once for the whole program, as the grammar is
            let name: &'static str = language.node_kind_for_id(id).unwrap_or_default().to_owned().leak();
            let is_named = language.node_kind_is_named(id);
            Type { name, kind: Kind::of(name, is_named), starts_line: starts_line(name), is_named }
        };
        let types = ids.map(of).collect();
        let fields = (0..=u16::try_from(language.field_count()).unwrap_or(u16::MAX))
            .map(|id| Field::named(language.field_name_for_id(id).unwrap_or_default()))
            .collect();
        Self { language, types, fields }
    }

    fn field(&self, id: Option<std::num::NonZeroU16>) -> Field {
        id.and_then(|id| self.fields.get(usize::from(id.get())).copied()).unwrap_or(Field::None)
    }

    /// The type with this name.
    #[cfg(test)]
    pub(super) fn type_named(&self, name: &str, is_named: bool) -> Option<&Type> {
        self.types.iter().find(|what| what.name == name && what.is_named == is_named)
    }

    /// The tree of `source`, unless its time is up before.
    pub(super) fn parse(&'static self, source: &str, budget: &Budget) -> Result<Tree, Unnormal> {
        let mut parser = Parser::new();
        parser.set_language(&self.language).map_err(|_| Unnormal::Undecodable)?;
        let mut progress = |_: &ParseState| match budget.is_late() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let mut read = |offset: usize, _| source.as_bytes().get(offset..).unwrap_or_default();
        let tree = parser.parse_with_options(&mut read, None, Some(options)).ok_or(Unnormal::TooSlow)?;
        self.copied(&tree, source).ok_or(Unnormal::TooLarge)
    }

    /// The tree in the form that the walk visits.
    fn copied(&'static self, tree: &tree_sitter::Tree, source: &str) -> Option<Tree> {
        let mut builder = Builder::new(source.len());
        let mut open = Vec::new();
        let mut cursor = tree.walk();
        loop {
            if cursor.goto_first_child() {
                open.push(builder.mark());
                continue;
            }
            let (mut mark, mut has_children) = (builder.mark(), false);
            loop {
                let node = cursor.node();
                let what = self.types.get(usize::from(node.kind_id())).unwrap_or(&ERROR);
                if has_children {
                    builder.close_at(mark, what, node.start_byte(), node.end_byte());
                } else {
                    builder.leaf(what, node.start_byte(), node.end_byte());
                }
                builder.set_field(builder.mark() - 1, self.field(cursor.field_id()));
                if cursor.goto_next_sibling() {
                    break;
                }
                let Some(parent) = open.pop() else { return builder.finish(source, false) };
                cursor.goto_parent();
                (mark, has_children) = (parent, true);
            }
        }
    }
}

impl Kind {
    /// A keyword may have the name of a kind (`class`, `string`): only punctuation is a kind without a name.
    fn of(name: &str, is_named: bool) -> Self {
        let is_word = name.starts_with(|letter: char| letter.is_ascii_alphabetic());
        if is_word && !is_named { Self::Other } else { Self::named(name) }
    }
}

fn starts_line(kind: &str) -> bool {
    let ends = ["_statement", "_definition", "_declaration", "_clause"];
    let not = [
        "import_clause",
        "for_in_clause",
        "if_clause",
        "with_clause",
        "import_require_clause",
        "extends_clause",
    ];
    let whole = ["decorator", "switch_case", "switch_default", "ERROR", "program", "module"];
    whole.contains(&kind) || (ends.iter().any(|end| kind.ends_with(end)) && !not.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grammar_is_of_a_version_that_the_parser_reads() {
        for language in [Language::Python, Language::JavaScript, Language::TypeScript] {
            let tree = of(language).parse("a.b(1)", &Budget::new(6, std::time::Duration::from_secs(1)));
            assert_eq!(
                tree.map(|tree| tree.root().children().any(|child| child.what().kind == Kind::Error)),
                Ok(false),
                "{language:?}"
            );
        }
    }
}
