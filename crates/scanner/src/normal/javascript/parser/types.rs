//! The types of the nodes, as tree-sitter's grammar has them; a test compares them.

use super::super::super::grammar::Kind;
use super::super::super::tree::Type;

macro_rules! types {
    ($($constant:ident: $make:ident $name:literal $kind:ident;)+) => {
        $(pub(super) static $constant: Type = Type::$make($name, Kind::$kind);)+

        #[cfg(test)]
        pub(in super::super::super) static ALL: &[&Type] = &[$(&$constant),+];
    };
}

types! {
    ARGUMENTS: named "arguments" Arguments;
    ARRAY: named "array" List;
    ARRAY_PATTERN: named "array_pattern" Capture;
    ARROW: named "arrow_function" ArrowFunction;
    ASSIGNMENT: named "assignment_expression" Assignment;
    ASSIGNMENT_PATTERN: named "assignment_pattern" DefaultParameter;
    AUGMENTED: named "augmented_assignment_expression" AugmentedAssignment;
    AWAIT: named "await_expression" Await;
    BINARY: named "binary_expression" Binary;
    BLOCK: named "statement_block" Block;
    BREAK: line "break_statement" Other;
    CALL: named "call_expression" Call;
    CASE: line "switch_case" Other;
    CATCH: line "catch_clause" Capture;
    CLASS: named "class" Class;
    CLASS_BODY: named "class_body" Block;
    CLASS_DECLARATION: line "class_declaration" Class;
    CLOSE: token ")" CloseBracket;
    CLOSE_CURLY: token "}" CloseBrace;
    COMMA: token "," Comma;
    COMPUTED: named "computed_property_name" Other;
    CONTINUE: line "continue_statement" Other;
    DEBUGGER: line "debugger_statement" Other;
    DEFAULT: line "switch_default" Other;
    DO: line "do_statement" Branch;
    DOT: token "." Dot;
    ELSE: line "else_clause" Other;
    EMPTY: line "empty_statement" Other;
    ESCAPE: named "escape_sequence" Escape;
    EXPORT: line "export_statement" Other;
    EXPORT_CLAUSE: line "export_clause" Other;
    EXPORT_SPECIFIER: named "export_specifier" ImportedName;
    EXPRESSION_STATEMENT: line "expression_statement" ExpressionStatement;
    FALSE: named "false" False;
    FIELD: line "field_definition" Other;
    FINALLY: line "finally_clause" Other;
    FOR: line "for_statement" Branch;
    FOR_IN: line "for_in_statement" Branch;
    FRAGMENT: named "string_fragment" Fragment;
    FUNCTION: named "function_expression" Function;
    FUNCTION_DECLARATION: line "function_declaration" Function;
    GENERATOR: named "generator_function" Function;
    GENERATOR_DECLARATION: line "generator_function_declaration" Function;
    HASH_BANG: named "hash_bang_line" Other;
    HERITAGE: named "class_heritage" Other;
    IDENTIFIER: named "identifier" Identifier;
    IF: line "if_statement" Branch;
    IMPORT: line "import_statement" Import;
    IMPORT_ATTRIBUTE: named "import_attribute" Other;
    IMPORT_CALLED: named "import" Other;
    IMPORT_CLAUSE: named "import_clause" ImportedName;
    IMPORT_SPECIFIER: named "import_specifier" ImportedName;
    LABEL: named "statement_identifier" Other;
    LABELED: line "labeled_statement" Other;
    LEXICAL: line "lexical_declaration" Other;
    MEMBER: named "member_expression" Member;
    META: named "meta_property" Other;
    METHOD: line "method_definition" Function;
    NAMED_IMPORTS: named "named_imports" ImportedName;
    NAMESPACE_EXPORT: named "namespace_export" Other;
    NAMESPACE_IMPORT: named "namespace_import" ImportedName;
    NEW: named "new_expression" Call;
    NULL: named "null" Other;
    NUMBER: named "number" Number;
    OBJECT: named "object" Dictionary;
    OBJECT_ASSIGNMENT_PATTERN: named "object_assignment_pattern" Capture;
    OBJECT_PATTERN: named "object_pattern" Capture;
    OPEN: token "(" OpenBracket;
    OPEN_CURLY: token "{" Other;
    OPEN_SQUARE: token "[" OpenBracket;
    OPTIONAL_CHAIN: named "optional_chain" OptionalChain;
    PAIR: named "pair" Pair;
    PAIR_PATTERN: named "pair_pattern" Capture;
    PARAMETERS: named "formal_parameters" Capture;
    PARENTHESIZED: named "parenthesized_expression" Parenthesized;
    PRIVATE: named "private_property_identifier" Other;
    PROGRAM: line "program" Other;
    PROPERTY: named "property_identifier" Property;
    REGEX: named "regex" Regex;
    REST_PATTERN: named "rest_pattern" Capture;
    RETURN: line "return_statement" Other;
    SEQUENCE: named "sequence_expression" Sequence;
    SHORTHAND: named "shorthand_property_identifier" Identifier;
    SHORTHAND_PATTERN: named "shorthand_property_identifier_pattern" PatternName;
    SPREAD: named "spread_element" Spread;
    STATIC_BLOCK: named "class_static_block" Other;
    STRING: named "string" String;
    SUBSCRIPT: named "subscript_expression" Subscript;
    SUBSTITUTION: named "template_substitution" Interpolation;
    SUPER: named "super" Other;
    SWITCH: line "switch_statement" Branch;
    SWITCH_BODY: named "switch_body" Block;
    TEMPLATE: named "template_string" Template;
    TERNARY: named "ternary_expression" Other;
    THIS: named "this" This;
    THROW: line "throw_statement" Other;
    TRUE: named "true" True;
    TRY: line "try_statement" Branch;
    UNARY: named "unary_expression" Unary;
    UNDEFINED: named "undefined" Other;
    UPDATE: named "update_expression" Other;
    VARIABLE: line "variable_declaration" Other;
    VARIABLE_DECLARATOR: named "variable_declarator" Declarator;
    WHILE: line "while_statement" Branch;
    WITH: line "with_statement" Branch;
    WORD: token "if" Other;
    YIELD: named "yield_expression" Other;
}

/// What an expression is called where it is bound.
pub(super) fn pattern_of(expression: &'static Type) -> Option<&'static Type> {
    Some(match expression.name {
        "array" => &ARRAY_PATTERN,
        "assignment_expression" => &ASSIGNMENT_PATTERN,
        "object" => &OBJECT_PATTERN,
        "pair" => &PAIR_PATTERN,
        "shorthand_property_identifier" => &SHORTHAND_PATTERN,
        "spread_element" => &REST_PATTERN,
        _ => return None,
    })
}

/// The same for what turns out to be the parameters of an arrow function.
pub(super) fn parameters_of(expression: &'static Type) -> Option<&'static Type> {
    match expression.name {
        "parenthesized_expression" | "arguments" => Some(&PARAMETERS),
        _ => pattern_of(expression),
    }
}
