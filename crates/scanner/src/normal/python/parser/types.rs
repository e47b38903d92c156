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
    ALIASED_IMPORT: named "aliased_import" ImportedName;
    ARGUMENTS: named "argument_list" Arguments;
    ASSERT: line "assert_statement" Other;
    ASSIGNMENT: named "assignment" Assignment;
    AS_PATTERN: named "as_pattern" Other;
    AS_TARGET: named "as_pattern_target" Capture;
    ATTRIBUTE: named "attribute" Member;
    AUGMENTED: named "augmented_assignment" AugmentedAssignment;
    AWAIT: named "await" Await;
    BINARY: named "binary_operator" Binary;
    BLOCK: named "block" Block;
    BOOLEAN: named "boolean_operator" Other;
    BREAK: line "break_statement" Other;
    CALL: named "call" Call;
    CLASS: line "class_definition" Class;
    CLOSE: token ")" CloseBracket;
    CLOSE_CURLY: token "}" CloseBrace;
    COLON: token ":" Comma;
    COMMA: token "," Comma;
    COMPARISON: named "comparison_operator" Other;
    CONCATENATED: named "concatenated_string" ConcatenatedString;
    CONDITIONAL: named "conditional_expression" Other;
    CONTINUE: line "continue_statement" Other;
    CONVERSION: named "type_conversion" Other;
    DECORATED: line "decorated_definition" Other;
    DECORATOR: line "decorator" Other;
    DEFAULT: named "default_parameter" DefaultParameter;
    DELETE: line "delete_statement" Other;
    DICTIONARY: named "dictionary" Dictionary;
    DICTIONARY_COMPREHENSION: named "dictionary_comprehension" Other;
    DICTIONARY_SPLAT: named "dictionary_splat" Other;
    DICTIONARY_SPLAT_PATTERN: named "dictionary_splat_pattern" Capture;
    DOT: token "." Dot;
    DOTTED: named "dotted_name" ImportedName;
    ELIF: line "elif_clause" Other;
    ELLIPSIS: named "ellipsis" Other;
    ELSE: line "else_clause" Other;
    EXCEPT: line "except_clause" Other;
    EXPRESSION_LIST: named "expression_list" List;
    EXPRESSION_STATEMENT: line "expression_statement" ExpressionStatement;
    FALSE: named "false" False;
    FINALLY: line "finally_clause" Other;
    FLOAT: named "float" Other;
    FOR: line "for_statement" Branch;
    FORMAT: named "format_specifier" Other;
    FORMAT_EXPRESSION: named "format_expression" Other;
    FOR_IN: named "for_in_clause" ForIn;
    FRAGMENT: named "string_content" Fragment;
    FUNCTION: line "function_definition" Function;
    FUTURE_IMPORT: line "future_import_statement" Import;
    GENERATOR: named "generator_expression" Comprehension;
    GLOBAL: line "global_statement" GlobalStatement;
    IDENTIFIER: named "identifier" Identifier;
    IF: line "if_statement" Branch;
    IF_CLAUSE: named "if_clause" IfClause;
    IMPORT: line "import_statement" Import;
    IMPORT_FROM: line "import_from_statement" Import;
    IMPORT_PREFIX: named "import_prefix" Other;
    INTEGER: named "integer" Number;
    INTERPOLATION: named "interpolation" Interpolation;
    KEYWORD_ARGUMENT: named "keyword_argument" KeywordArgument;
    KEYWORD_SEPARATOR: named "keyword_separator" Other;
    LAMBDA: named "lambda" Function;
    LAMBDA_PARAMETERS: named "lambda_parameters" Capture;
    LIST: named "list" List;
    LIST_COMPREHENSION: named "list_comprehension" Comprehension;
    LIST_PATTERN: named "list_pattern" Capture;
    LIST_SPLAT: named "list_splat" Spread;
    LIST_SPLAT_PATTERN: named "list_splat_pattern" Capture;
    MODULE: line "module" Other;
    NAMED: named "named_expression" NamedExpression;
    NONE: named "none" Other;
    NONLOCAL: line "nonlocal_statement" GlobalStatement;
    NOT: named "not_operator" Other;
    OPEN: token "(" OpenBracket;
    OPEN_CURLY: token "{" Other;
    OPEN_SQUARE: token "[" OpenBracket;
    PAIR: named "pair" Pair;
    PARAMETERS: named "parameters" Capture;
    PARENTHESIZED: named "parenthesized_expression" Parenthesized;
    PASS: line "pass_statement" Other;
    PATTERN_LIST: named "pattern_list" Capture;
    POSITIONAL_SEPARATOR: named "positional_separator" Other;
    QUOTE_CLOSE: named "string_end" Other;
    QUOTE_OPEN: named "string_start" Other;
    RAISE: line "raise_statement" Other;
    RELATIVE: named "relative_import" ImportedName;
    RETURN: line "return_statement" Other;
    SET: named "set" List;
    SET_COMPREHENSION: named "set_comprehension" Comprehension;
    SLICE: named "slice" Slice;
    STRING: named "string" String;
    SUBSCRIPT: named "subscript" Subscript;
    TRUE: named "true" True;
    TRY: line "try_statement" Branch;
    TUPLE: named "tuple" List;
    TUPLE_PATTERN: named "tuple_pattern" Capture;
    TYPE: named "type" Other;
    TYPED: named "typed_parameter" Capture;
    TYPED_DEFAULT: named "typed_default_parameter" DefaultParameter;
    UNARY: named "unary_operator" Unary;
    WHILE: line "while_statement" Branch;
    WILDCARD: named "wildcard_import" Other;
    WITH: line "with_statement" Branch;
    WITH_CLAUSE: named "with_clause" Other;
    WITH_ITEM: named "with_item" Other;
    WORD: token "if" Other;
    YIELD: named "yield" Other;
}

/// What an expression is called where it is bound.
pub(super) fn pattern_of(expression: &'static Type) -> Option<&'static Type> {
    Some(match expression.name {
        "tuple" | "parenthesized_expression" => &TUPLE_PATTERN,
        "list" => &LIST_PATTERN,
        "list_splat" => &LIST_SPLAT_PATTERN,
        "expression_list" => &PATTERN_LIST,
        _ => return None,
    })
}
