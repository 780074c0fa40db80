"""The names that the code of a CloudFront Function declares, and renaming them: JavaScript without destructuring or classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_javascript.language()))
_DECLARATIONS = ("lexical_declaration", "variable_declaration")
_DECLARING = {
    "arrow_function": ("parameter", "parameters"),
    "catch_clause": ("parameter",),
    "for_in_statement": ("left",),
    "for_statement": ("initializer",),
    "function_declaration": ("parameters",),
    "function_expression": ("name", "parameters"),
}
"""The fields of a scope in which it declares names."""


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    modules: tuple[str, ...]
    """The statements that take in a module, each with the name that it is called by."""
    declared: frozenset[str]
    """The names of the top level, less those of modules."""
    used: frozenset[str]
    """Every name anywhere."""


def read_code(text: str) -> Code:
    root = _PARSER.parse(text.encode()).root_node
    modules = [statement for statement in root.children if _takes_in_module(statement)]
    declared = {name for statement in root.children if statement not in modules for name in _declared_by(statement)}
    used = {_text(node) for node in _below(root) if node.type in ("identifier", "shorthand_property_identifier")}
    return Code(text, tuple(map(_text, modules)), frozenset(declared), frozenset(used))


def without_modules(text: str) -> str:
    """The code less the statements that take in a module."""
    root = _PARSER.parse(text.encode()).root_node
    cuts = [
        (statement.start_byte, statement.end_byte, b"") for statement in root.children if _takes_in_module(statement)
    ]
    return _replaced(text, cuts).strip() + "\n"


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The code with names of its top level renamed, wherever they stand for that and not for something inner."""
    root = _PARSER.parse(text.encode()).root_node
    changes = []
    for node in _below(root):
        name = _text(node)
        if name in names and node.type == "identifier" and not _is_shadowed(node, name):
            changes.append((node.start_byte, node.end_byte, names[name].encode()))
        elif name in names and node.type == "shorthand_property_identifier" and not _is_shadowed(node, name):
            changes.append((node.start_byte, node.end_byte, f"{name}: {names[name]}".encode()))
    return _replaced(text, changes)


def _takes_in_module(statement: Node) -> bool:
    return statement.type == "import_statement" or (
        statement.type in _DECLARATIONS and " = require(" in _text(statement)
    )


def _declared_by(statement: Node) -> Iterator[str]:
    if statement.type == "function_declaration":
        yield _text(_field(statement, "name"))
    elif statement.type in _DECLARATIONS:
        for declarator in statement.named_children:
            if declarator.type == "variable_declarator":
                yield _text(_field(declarator, "name"))


def _is_shadowed(node: Node, name: str) -> bool:
    """Whether a function, block, loop or catch around a place declares the name itself."""
    around = node.parent
    while around is not None and around.type != "program":
        if name in _declared_in(around):
            return True
        around = around.parent
    return False


def _declared_in(scope: Node) -> Iterator[str]:
    if scope.type == "statement_block":
        for statement in scope.named_children:
            yield from _declared_by(statement)
    for field in _DECLARING.get(scope.type, ()):
        declaration = scope.child_by_field_name(field)
        if declaration is not None:
            yield from (_text(one) for one in [declaration, *declaration.named_children] if one.type == "identifier")
            yield from _declared_by(declaration)


def _below(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield child
        yield from _below(child)


def _field(node: Node, name: str) -> Node:
    found = node.child_by_field_name(name)
    if found is None:
        raise ValueError(f"line {node.start_point.row + 1}: there is no {name}; the code must pass the lint first")
    return found


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _replaced(text: str, changes: list[tuple[int, int, bytes]]) -> str:
    content = text.encode()
    for start, end, new in sorted(changes, reverse=True):
        content = content[:start] + new + content[end:]
    return content.decode()
