"""What the lint of CloudFront Functions looks for: constructs of tree-sitter's grammar, and names."""

from __future__ import annotations

LARGEST_CODE = 10_240
"""Bytes."""
MODULES = ("cloudfront", "crypto", "querystring", "buffer")
FUNCTIONS = frozenset(
    {"function_declaration", "function_expression", "arrow_function", "method_definition", "generator_function"}
)
LOGICAL_ASSIGNMENTS = frozenset({"||=", "&&=", "??="})
COMBINATORS = frozenset({"Promise.all", "Promise.allSettled", "Promise.any", "Promise.race"})
_DESTRUCTURING = ("destructuring", "take the members one by one")
_GENERATOR = ("generator", "return a list")
CONSTRUCTS = {
    "array_pattern": _DESTRUCTURING,
    "assignment_pattern": ("default parameter", "set the default in the function: a = a || b"),
    "class": ("class", "use functions and objects"),
    "class_declaration": ("class", "use functions and objects"),
    "debugger_statement": ("debugger", "take it out"),
    "export_statement": ("export", "declare function handler(event) and export nothing"),
    "generator_function": _GENERATOR,
    "generator_function_declaration": _GENERATOR,
    "object_assignment_pattern": _DESTRUCTURING,
    "object_pattern": _DESTRUCTURING,
    "optional_chain": ("optional chaining", "write a && a.b"),
    "spread_element": ("spread", "use concat, Object.assign, or apply"),
    "with_statement": ("with", "name the object at each member"),
}
"""By type of node: the rule, and what to write instead."""
_OBJECTS = (
    "BigInt Intl Map Proxy Reflect Set URL URLSearchParams WeakMap WeakRef WeakSet WebSocket XMLHttpRequest process"
)
_FUNCTIONS = "clearInterval clearTimeout eval fetch queueMicrotask setImmediate setInterval setTimeout structuredClone"
GLOBALS = frozenset(f"{_OBJECTS} {_FUNCTIONS}".split())
