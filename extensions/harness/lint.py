"""What runtime 2.0 of CloudFront Functions refuses, or has not: found in the code, before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from extensions.catalog.sources import PLACEHOLDER
from extensions.harness import lint_tables as tables

_PARSER = Parser(Language(tree_sitter_javascript.language()))


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.rule}: {self.message}"


def complaints(code: str, *, in_template: bool = True) -> list[Complaint]:
    """What keeps the code from running at the edge, by line.

    In a template `${` stands for parameters alone, because CloudFormation puts them in.
    """
    root = _PARSER.parse(code.encode()).root_node
    declared = frozenset(_declared(root))
    found = [complaint for node in _below(root) for check in _CHECKS for complaint in check(node, declared)]
    found += _of_handler(root)
    found += _of_size(code)
    if in_template:
        found += _of_substitutions(code)
    return sorted(set(found))


def warnings(code: str) -> list[Complaint]:
    """What the edge takes, and what had better be written otherwise."""
    root = _PARSER.parse(code.encode()).root_node
    return [
        Complaint(_line(node), "promise combinator", "it may need more than 2 MB; await one promise after the other")
        for node in _below(root)
        if node.type == "member_expression" and _text(node) in tables.COMBINATORS
    ]


def _of_syntax(node: Node, declared: frozenset[str]) -> Iterator[Complaint]:
    if node.type == "ERROR" or node.is_missing:
        yield Complaint(_line(node), "syntax", f"this is no JavaScript: {_text(node)[:40]!r}")


def _of_construct(node: Node, declared: frozenset[str]) -> Iterator[Complaint]:
    if node.is_named and node.type in tables.CONSTRUCTS:
        rule, advice = tables.CONSTRUCTS[node.type]
        yield Complaint(_line(node), rule, advice)
    elif node.type == "catch_clause" and node.child_by_field_name("parameter") is None:
        yield Complaint(_line(node), "optional catch binding", "name the error: catch (error) { … }")
    elif node.type == "for_in_statement" and any(child.type == "of" for child in node.children):
        yield Complaint(_line(node), "for-of", "use forEach, or a loop with an index")
    elif node.type == "augmented_assignment_expression" and any(
        child.type in tables.LOGICAL_ASSIGNMENTS for child in node.children
    ):
        yield Complaint(_line(node), "logical assignment", "write the assignment out: a = a || b")
    elif node.type == "number" and _text(node).endswith("n"):
        yield Complaint(_line(node), "global", "BigInt is not there; use a number or text")


def _of_async(node: Node, declared: frozenset[str]) -> Iterator[Complaint]:
    if node.type == "await_expression" and _is_within_arguments(node):
        yield Complaint(_line(node), "await in arguments", "put what is awaited into a variable first")
    is_async = node.type in tables.FUNCTIONS and any(child.type == "async" for child in node.children)
    if is_async and _enclosing_function(node) is not None:
        yield Complaint(_line(node), "async closure", "declare the async function at the top level")


def _of_globals(node: Node, declared: frozenset[str]) -> Iterator[Complaint]:
    name = _text(node)
    if node.type == "identifier" and name in tables.GLOBALS and name not in declared:
        yield Complaint(_line(node), "global", f"{name} is not there")
    elif node.type == "new_expression" and _text(node.child_by_field_name("constructor")) == "Function":
        yield Complaint(_line(node), "global", "new Function is not there")
    elif node.type == "property_identifier" and name == "bytesFrom":
        yield Complaint(_line(node), "bytesFrom", "it went with runtime 1.0; use Buffer.from")


def _of_console(node: Node, declared: frozenset[str]) -> Iterator[Complaint]:
    if node.type == "member_expression" and _text(node.child_by_field_name("object")) == "console":
        if (method := _text(node.child_by_field_name("property"))) != "log":
            yield Complaint(_line(node), "console", f"console.{method} is not there; use console.log")
    elif node.type == "call_expression" and _text(node.child_by_field_name("function")) == "console.log":
        arguments = node.child_by_field_name("arguments")
        if arguments is not None and arguments.named_child_count > 1:
            yield Complaint(_line(node), "console", "console.log takes one argument; put them into one text")


def _of_modules(node: Node, declared: frozenset[str]) -> Iterator[Complaint]:
    if node.type == "import_statement":
        source = _text(node.child_by_field_name("source")).strip("'\"")
        clause = next((child for child in node.children if child.type == "import_clause"), None)
        if clause is None or [child.type for child in clause.named_children] != ["identifier"]:
            yield Complaint(_line(node), "import", f"write import name from '{source}'")
        yield from _of_module(node, source)
    elif node.type == "call_expression" and _text(node.child_by_field_name("function")) in ("require", "import"):
        arguments = node.child_by_field_name("arguments")
        yield from _of_module(node, _text(arguments).strip("()'\" "))


def _of_module(node: Node, name: str) -> Iterator[Complaint]:
    if name not in tables.MODULES:
        yield Complaint(_line(node), "import", f"there is no module {name}; there are {', '.join(tables.MODULES)}")


_CHECKS: tuple[Callable[[Node, frozenset[str]], Iterator[Complaint]], ...] = (
    _of_syntax,
    _of_construct,
    _of_async,
    _of_globals,
    _of_console,
    _of_modules,
)


def _of_handler(root: Node) -> Iterator[Complaint]:
    for statement in root.children:
        if statement.type == "function_declaration" and _text(statement.child_by_field_name("name")) == "handler":
            return
    yield Complaint(1, "handler", "there is no function handler(event) at the top level")


def _of_size(code: str) -> Iterator[Complaint]:
    if (size := len(code.encode())) > tables.LARGEST_CODE:
        yield Complaint(1, "size", f"it has {size:,} bytes; CloudFront takes {tables.LARGEST_CODE:,}")


def _of_substitutions(code: str) -> Iterator[Complaint]:
    for number, line in enumerate(code.splitlines(), start=1):
        if "${" in PLACEHOLDER.sub("", line):
            yield Complaint(number, "substitution", "${ stands for a parameter alone, as '${Name}' in quotes")


def _declared(root: Node) -> Iterator[str]:
    """Every name that the code declares anywhere."""
    for node in _below(root):
        if node.type in ("variable_declarator", "function_declaration"):
            yield _text(node.child_by_field_name("name"))
        elif node.type in ("formal_parameters", "import_clause"):
            yield from (_text(child) for child in node.named_children)


def _is_within_arguments(node: Node) -> bool:
    """Whether a call waits for what is awaited, in the same function."""
    around = node.parent
    while around is not None and around.type not in tables.FUNCTIONS:
        if around.type == "arguments":
            return True
        around = around.parent
    return False


def _enclosing_function(node: Node) -> Node | None:
    around = node.parent
    while around is not None and around.type not in tables.FUNCTIONS:
        around = around.parent
    return around


def _below(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield child
        yield from _below(child)


def _line(node: Node) -> int:
    return node.start_point.row + 1


def _text(node: Node | None) -> str:
    return (node.text or b"").decode() if node is not None else ""
