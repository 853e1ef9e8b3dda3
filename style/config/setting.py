"""A setting of a configuration, declared once: default, help and allowed values.

The check and its error message, the option of the command with its `--help`, the tables in `docs/`
and the fields of the service's API are all made from this declaration. Needs no torch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from style.errors import ConfigError


@dataclass(frozen=True)
class Setting:
    """What is declared of a field besides its name, type and default.

    `unset` says what an empty default or None means; `kind` is the type where the default is None.
    Numbers are limited by `least` and `most`, both allowed, or by `above`, itself not allowed.
    `choices` are the allowed texts. `parse` reads a text with a syntax of its own and raises
    ConfigError. `note` adds to what `allowed` says.
    """

    help: str
    unset: str = "none"
    least: float | None = None
    most: float | None = None
    above: float | None = None
    choices: tuple[str, ...] = ()
    parse: Callable[[str], object] | None = None
    note: str = ""
    kind: type[Any] | None = None

    def type_of(self, default: Any) -> type[Any]:
        """The type of the values of a setting with this default."""
        return self.kind or type(default)

    def allowed(self) -> str:
        """The allowed values in words, as "0 to 1e9" or "max, average, l2"; empty for any."""
        words = ", ".join(self.choices)
        if self.above is not None:
            words = f"above {_number(self.above)}, to {_number(self.most)}"
        elif self.least is not None:
            upper = "or more" if self.most is None else f"to {_number(self.most)}"
            words = f"{_number(self.least)} {upper}"
        return f"{words}{self.note}"

    def fault(self, name: str, value: Any) -> str:
        """What is wrong with a value of the setting `name`; empty where nothing is."""
        if self.parse and value:
            try:
                self.parse(value)
            except ConfigError as error:
                return f"{name} {error}"
        return "" if self._allows(value) else f"{name} is {value!r}; allowed: {self.allowed()}"

    def _allows(self, value: Any) -> bool:
        if value is None and self.kind:
            return True
        if self.choices:
            return value in self.choices
        if self.above is not None and not value > self.above:
            return False
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )


def setting(default: Any, help: str, **declared: Any) -> Any:
    """A dataclass field with its default and its Setting, which `declared` are the fields of."""
    return field(default=default, metadata={"setting": Setting(help, **declared)})


def settings_of(config: type[Any]) -> Mapping[str, tuple[Field[Any], Setting]]:
    """The fields of a configuration with their declarations, by name, in their order."""
    return {one.name: (one, one.metadata["setting"]) for one in fields(config)}


def declared_faults(config: Any, declared: Mapping[str, Setting]) -> list[str]:
    """What these declarations do not allow of the values of a configuration."""
    faults = (one.fault(name, getattr(config, name)) for name, one in declared.items())
    return [fault for fault in faults if fault]


def default_text(one: Field[Any]) -> str:
    """The default of a field as `--help` and the documents show it."""
    unset: str = one.metadata["setting"].unset
    if isinstance(one.default, bool):
        return "on" if one.default else "off"
    return unset if one.default in ("", None) else str(one.default)


def _number(value: float | None) -> str:
    """A limit as a person writes it: 1e9, 8192, 1.05."""
    return f"{value:g}".replace("e+0", "e") if isinstance(value, float) else str(value)
