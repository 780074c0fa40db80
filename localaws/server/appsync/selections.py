"""What a resolver is told of the fields that are asked for below its own: `selectionSetList` and `selectionSetGraphQL`.

Source: "Info" in AppSync's guide: paths with slashes, by alias where there is one, fragments taken apart, without what
`@skip` and `@include` leave out.
"""

from __future__ import annotations

from typing import Any

from graphql import GraphQLResolveInfo, print_ast
from graphql.execution.collect_fields import should_include_node
from graphql.language import FieldNode, FragmentSpreadNode, SelectionSetNode


def selection_set_list(info: GraphQLResolveInfo) -> list[str]:
    names: dict[str, None] = {}
    for node in info.field_nodes:
        if node.selection_set:
            _collect(info, node.selection_set, "", names)
    return list(names)


def selection_set_graphql(info: GraphQLResolveInfo) -> str:
    sets = [node.selection_set for node in info.field_nodes if node.selection_set]
    if not sets:
        return ""
    selections = [selection for one in sets for selection in one.selections]
    return str(print_ast(SelectionSetNode(selections=selections)))


def _collect(info: GraphQLResolveInfo, selected: SelectionSetNode, prefix: str, names: dict[str, None]) -> None:
    for selection in selected.selections:
        if not should_include_node(info.variable_values, selection):
            continue
        within: Any = selection
        deeper = prefix
        if isinstance(selection, FieldNode):
            name = prefix + (selection.alias or selection.name).value
            names[name] = None
            deeper = f"{name}/"
        elif isinstance(selection, FragmentSpreadNode):
            within = info.fragments[selection.name.value]
        if within.selection_set:
            _collect(info, within.selection_set, deeper, names)
