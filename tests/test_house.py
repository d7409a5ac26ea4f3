"""The house itself: which room may import which, no knots, a word at every door, nobody's private names."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Room to the rooms it may import besides itself; tests may import all, and nobody imports tests.
MAY_IMPORT = {
    "index": frozenset[str](),
    "qa": frozenset({"index"}),
    "eval": frozenset({"index", "qa"}),
    "ui": frozenset({"index", "qa", "eval"}),
}
ROOMS = {*MAY_IMPORT, "tests"}


def sources() -> dict[str, str]:
    """Module name to source text, for every module of the four rooms."""
    files = [file for room in MAY_IMPORT for file in sorted((ROOT / room).rglob("*.py"))]
    return {_module(file.relative_to(ROOT)): file.read_text("utf-8") for file in files}


def _module(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def forbidden_arrows(modules: Mapping[str, str]) -> list[str]:
    """A line for every import of ours that the table above doesn't allow, also one for types or inside a function."""
    return [
        f"{name} imports {target}"
        for name, source in modules.items()
        for target in _targets(name, ast.parse(source), modules)
        if (room := target.partition(".")[0]) not in MAY_IMPORT[own := name.partition(".")[0]] | {own} and room in ROOMS
    ]


def import_cycle(modules: Mapping[str, str]) -> list[str]:
    """The modules of one import cycle in order, the first named again at the end; empty if there is none."""
    graph: dict[str, set[str]] = {
        name: set(_targets(name, _at_run_time(ast.parse(source)), modules)) & modules.keys()
        for name, source in modules.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def without_docstring(modules: Mapping[str, str]) -> list[str]:
    """The modules that do not open with a word about themselves."""
    return [name for name, source in modules.items() if not (ast.get_docstring(ast.parse(source)) or "").strip()]


def private_imports(modules: Mapping[str, str]) -> list[str]:
    """A line for every import of a name that another module keeps to itself."""
    return [
        f"{name} imports {alias.name} from {node.module or '.'}"
        for name, source in modules.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_")
    ]


def _targets(name: str, tree: ast.AST, modules: Mapping[str, str]) -> Iterator[str]:
    """The modules that `tree` imports: `from index import types` is index.types, `from index.types import Span` too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = _package(name, node, modules)
            for alias in node.names:
                inner = f"{package}.{alias.name}"
                yield inner if inner in modules else package


def _package(name: str, node: ast.ImportFrom, modules: Mapping[str, str]) -> str:
    """What stands between `from` and `import`, with leading dots worked out."""
    if not node.level:
        return node.module or ""
    is_package = any(other.startswith(f"{name}.") for other in modules)
    up = node.level - is_package
    parts = name.split(".")[: -up or None]
    return ".".join([*parts, node.module] if node.module else parts)


class _WithoutTypeChecking(ast.NodeTransformer):
    def visit_If(self, node: ast.If) -> ast.AST:
        if ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            return ast.Module(node.orelse, [])
        return self.generic_visit(node)


def _at_run_time(tree: ast.Module) -> ast.AST:
    """The tree without what only a type checker reads."""
    return _WithoutTypeChecking().visit(tree)  # type: ignore[no-any-return]


def test_every_room_is_walked() -> None:
    assert {"index", "index.types", "qa", "qa.types", "eval", "ui", "ui.cli.main"} <= sources().keys()


def test_imports_run_one_way() -> None:
    assert forbidden_arrows(sources()) == []


def test_no_import_goes_in_a_circle() -> None:
    assert import_cycle(sources()) == []


def test_every_module_opens_with_a_docstring() -> None:
    assert without_docstring(sources()) == []


def test_nobody_imports_a_private_name() -> None:
    assert private_imports(sources()) == []


@pytest.mark.parametrize(
    ("name", "source", "arrows"),
    [
        ("index.a", "import qa.b", ["index.a imports qa.b"]),
        ("index.a", "from qa.b import c", ["index.a imports qa.b"]),
        ("index.a", "from qa import b", ["index.a imports qa.b"]),
        ("index.a", "from qa import Answer", ["index.a imports qa"]),
        ("index.a", "import numpy, ui.b as b", ["index.a imports ui.b"]),
        ("index.a", "def f():\n    from qa.b import c", ["index.a imports qa.b"]),
        ("index.a", "if TYPE_CHECKING:\n    from qa.b import c", ["index.a imports qa.b"]),
        ("index", "from eval import run", ["index imports eval"]),
        ("index.deep.a", "import ui", ["index.deep.a imports ui"]),
        ("qa.a", "from ui.b import c\nfrom eval.d import e", ["qa.a imports ui.b", "qa.a imports eval.d"]),
        ("eval.a", "from ui import b", ["eval.a imports ui.b"]),
        ("ui.a", "from tests.b import c", ["ui.a imports tests.b"]),
        ("ui.a", "from index.b import c\nfrom qa.b import c\nfrom eval.b import c\nfrom ui.b import c", []),
        ("eval.a", "from index.b import c\nfrom qa.b import c\nfrom . import b\nfrom .b import c", []),
        ("qa.a", "from index.b import c\nimport numpy\nimport indexing.qa\nimport uix", []),
    ],
)
def test_a_forbidden_arrow_is_reported(name: str, source: str, arrows: list[str]) -> None:
    assert forbidden_arrows({name: source, "qa": "", "qa.b": "", "ui.b": ""}) == arrows


@pytest.mark.parametrize(
    ("modules", "cycle"),
    [
        ({"qa.a": "from qa.b import c", "qa.b": "import qa.a"}, {"qa.a", "qa.b"}),
        ({"qa.a": "from qa import b", "qa.b": "def f():\n    from qa import a"}, {"qa.a", "qa.b"}),
        ({"qa": "", "qa.a": "from .b import c", "qa.b": "from . import a"}, {"qa.a", "qa.b"}),
        ({"qa": "from qa.a import b", "qa.a": "from qa import c"}, {"qa", "qa.a"}),
        ({"qa": "from . import a", "qa.a": "from . import c"}, {"qa", "qa.a"}),
        (
            {
                "a": "import b",
                "b": "if TYPE_CHECKING:\n    pass\nelse:\n    import c",
                "c": "import a",
                "d": "import a",
            },
            {"a", "b", "c"},
        ),
        ({"qa.a": "import qa.b", "qa.b": "import qa.c\nimport numpy", "qa.c": ""}, set()),
        ({"qa.a": "import qa.b", "qa.b": "if TYPE_CHECKING:\n    import qa.a"}, set()),
        ({"qa.a": "import qa.b", "qa.b": "if typing.TYPE_CHECKING:\n    from qa import a"}, set()),
    ],
)
def test_a_cycle_is_reported(modules: dict[str, str], cycle: set[str]) -> None:
    found = import_cycle(modules)
    assert set(found) == cycle
    assert found[:1] == found[-1:]


def test_a_missing_docstring_is_reported() -> None:
    assert without_docstring({"a": '"""Words."""', "b": "import c", "c": "", "d": '"""  """'}) == ["b", "c", "d"]


def test_a_private_import_is_reported() -> None:
    modules = {"a": "from b import c, _d", "e": "def f():\n    from .g import _h", "i": "from j import k as _k"}
    assert private_imports(modules) == ["a imports _d from b", "e imports _h from g"]
