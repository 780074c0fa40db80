"""Several CloudFront Functions of the catalogue as one, for an event that has room for one.

Each part sees what the part before it made of the request or response; a response that a part generates ends the chain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from cloudfront_extensions.extensions.parameters import MAXIMUM_FUNCTION_BYTES
from extensions.catalog.entries import as_text
from extensions.catalog.folders import Extension
from extensions.catalog.names_in_code import Code, read_code, renamed, without_modules
from extensions.catalog.sources import PLACEHOLDER, Source
from extensions.catalog.template_refusals import AUTO_PUBLISH

_STORE = re.compile(r"\bcf\.kvs\(\)")
_KEYS_OF = """\
// The keys of each part begin with its name, for a function has one store.
function keysOf(part) {
    const store = cf.kvs();
    return {
        get: (key, options) => options ? store.get(part + ':' + key, options) : store.get(part + ':' + key),
        exists: (key) => store.exists(part + ':' + key)
    };
}
"""


class NotComposable(Exception):
    """These extensions can't be one function; the message says why, and what to do."""


@dataclass(frozen=True)
class Part:
    extension: Extension
    source: Source

    @property
    def name(self) -> str:
        return self.extension.name

    @cached_property
    def code(self) -> Code:
        return read_code(self.source.text)

    @property
    def uses_store(self) -> bool:
        return bool(_STORE.search(self.source.text))

    @property
    def parameters(self) -> tuple[str, ...]:
        """Those that stand in the code for the event; an extension may have others for another one."""
        in_code = set(self.source.placeholders)
        return tuple(name for name in self.extension.template.section("Parameters") if name in in_code)


@dataclass(frozen=True)
class Composition:
    event: str
    parts: tuple[Part, ...]
    values: Mapping[tuple[str, str], str]
    """By part and parameter: what stands for the parameter's default."""

    @property
    def keys_have_prefixes(self) -> bool:
        return sum(part.uses_store for part in self.parts) > 1

    @property
    def uses_store(self) -> bool:
        return any(part.uses_store for part in self.parts)

    @cached_property
    def parameter_names(self) -> Mapping[tuple[str, str], str]:
        """By part and parameter: its name here, which has the part before it where two parts would have the same."""
        counted = Counter(chain.from_iterable(part.parameters for part in self.parts))
        return {
            (part.name, name): name if counted[name] == 1 else f"{_pascal(part.name)}{name}"
            for part in self.parts
            for name in part.parameters
        }

    @cached_property
    def defaults(self) -> Mapping[str, str]:
        """By name here. A parameter that must be given has none."""
        found = {}
        for part in self.parts:
            for name in part.parameters:
                document = part.extension.template.section("Parameters", name)
                value = self.values.get((part.name, name), document.get("Default"))
                if value is not None:
                    found[self.parameter_names[part.name, name]] = as_text(value)
        return found

    @cached_property
    def code(self) -> str:
        parts = self.parts
        modules = dict.fromkeys(sorted(chain.from_iterable(part.code.modules for part in parts), key=_imports_first))
        names = [self._names(part) for part in parts]
        handlers = "".join(f"    {name['handler']},\n" for name in names).rstrip(",\n")
        return "\n".join(
            [
                f"// {', then '.join(part.name for part in parts)}: made by python -m extensions.catalog compose.\n",
                *(["\n".join(modules) + "\n"] if modules else []),
                *([_KEYS_OF] if self.keys_have_prefixes else []),
                *(self._code_of(part, renaming) for part, renaming in zip(parts, names, strict=True)),
                f"const parts = [\n{handlers}\n];\n",
                CHAINS[self.event],
            ]
        )

    def source(self, folder: Path) -> Source:
        return Source(folder / f"{self.event}.js", self.code)

    def key(self, part: str, key: str) -> str:
        """A key of a part's as it stands in the store of the composition."""
        return f"{part}:{key}" if self.keys_have_prefixes else key

    def _code_of(self, part: Part, names: Mapping[str, str]) -> str:
        text = renamed(without_modules(part.source.text), names)
        if self.keys_have_prefixes:
            text = _STORE.sub(f"keysOf('{part.name}')", text)
        return PLACEHOLDER.sub(lambda found: f"'${{{self.parameter_names[part.name, found['name']]}}}'", text)

    def _names(self, part: Part) -> Mapping[str, str]:
        """New names for what a part declares, where another one uses the same name, or the chain does."""
        others = [other.code for other in self.parts if other is not part]
        taken = {"handler", "parts", "keysOf"}.union(*(other.declared for other in others))
        names = {name: f"{_camel(part.name)}{name[0].upper()}{name[1:]}" for name in part.code.declared & taken}
        used = set().union(*(each.code.used for each in self.parts))
        if clashes := used & set(names.values()):
            raise NotComposable(
                f"{part.name}: {sorted(clashes)[0]} is a name already; rename it in {part.source.path.name}"
            )
        return names


def compose(
    extensions: Sequence[Extension], event: str, values: Mapping[tuple[str, str], str] | None = None
) -> Composition:
    """Raises NotComposable."""
    values = values or {}
    if len({extension.name for extension in extensions}) < max(len(extensions), 2):
        raise NotComposable("name at least two extensions, and none twice")
    composition = Composition(event, tuple(_part(extension, event) for extension in extensions), values)
    if unknown := values.keys() - composition.parameter_names:
        part, name = sorted(unknown)[0]
        raise NotComposable(f"{part}:{name}: {part} has no such parameter at {event}, or is no part")
    size = composition.source(extensions[0].folder).bytes_with(composition.defaults)
    if size > MAXIMUM_FUNCTION_BYTES:
        raise NotComposable(
            f"together they have {size:,} bytes, and CloudFront takes {MAXIMUM_FUNCTION_BYTES:,}; leave one out: "
            + ", ".join(f"{part.name} has {len(part.source.text.encode()):,}" for part in composition.parts)
        )
    return composition


def _part(extension: Extension, event: str) -> Part:
    if AUTO_PUBLISH not in extension.template.section("Parameters"):
        raise NotComposable(f"{extension.name} is no CloudFront Function; compose those alone")
    for source in extension.sources:
        if source.event == event:
            return Part(extension, source)
    events = " and ".join(source.event for source in extension.sources)
    raise NotComposable(f"{extension.name} has no function for {event}; it has one for {events}")


def _pascal(slug: str) -> str:
    return "".join(word.capitalize() for word in slug.split("-"))


def _camel(slug: str) -> str:
    return slug.split("-")[0] + _pascal(slug.partition("-")[2])


def _imports_first(module: str) -> tuple[bool, str]:
    return not module.startswith("import"), module


CHAINS = {
    "viewer-request": """\
// What a part answers itself ends the chain; what it makes of the request goes on to the next one.
async function handler(event) {
    for (let i = 0; i < parts.length; i++) {
        const result = await parts[i](event);
        if (result.statusCode) {
            return result;
        }
        event.request = result;
    }
    return event.request;
}
""",
    "viewer-response": """\
// What a part makes of the response goes on to the next one.
async function handler(event) {
    for (let i = 0; i < parts.length; i++) {
        event.response = await parts[i](event);
    }
    return event.response;
}
""",
}
