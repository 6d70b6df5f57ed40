"""What is wrong with a request to the Bot API, by aiogram's generated models of it."""

import json
from typing import Any, get_args

import aiogram.methods
from pydantic import BaseModel, ValidationError


def faults_of(method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> list[str]:
    """What is wrong with a request, by aiogram's models of the Bot API."""
    model = getattr(aiogram.methods, method[:1].upper() + method[1:], None)
    if model is None:
        return [f"{method}: unknown method"]
    values: dict[str, Any] = {name: f"attach://{name}" for name in uploads}
    for name, value in fields.items():
        described = model.model_fields.get(name)
        is_text = described is None or str in (described.annotation, *get_args(described.annotation))
        try:
            values[name] = value if is_text or not isinstance(value, str) else json.loads(value)
        except ValueError:
            return [f"{method}.{name}: not JSON"]
    try:
        return [f"{method}.{path}: unknown field" for path in _unknown(model.model_validate(values), values)]
    except ValidationError as error:
        return [f"{method}.{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]


def _unknown(value: Any, given: Any, path: str = "") -> list[str]:
    """Paths of what was given and no model names."""
    if isinstance(value, BaseModel):
        found = [f"{path}{name}" for name in value.model_extra or {}]
        for name in type(value).model_fields:
            if isinstance(given, dict) and name in given:
                found += _unknown(getattr(value, name), given[name], f"{path}{name}.")
        return found
    if isinstance(value, list | tuple) and isinstance(given, list):
        return [item for one, raw in zip(value, given, strict=True) for item in _unknown(one, raw, path)]
    return []
