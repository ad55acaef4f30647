"""Fitted models as bytes that may be read without running anything that is in them.

A model is a frozen dataclass of estimators of scikit-learn, frames and plain data. Estimators and data are
written by skops, which names every type it meets and rebuilds only those that are trusted; frames as Parquet.
"""

import dataclasses
import io
import zipfile
from collections.abc import Collection
from typing import Any, TypeVar

import pandas as pd
import skops.io

_MODEL = "model.skops"
_FRAMES = "frames/"
# What histogram gradient boosting is made of and skops does not trust by itself. A partial is harmless as
# long as the function in it has to be trusted too.
_TRUSTED = frozenset(
    {
        "functools.partial",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.utils.validation.check_array",
    }
)


Model = TypeVar("Model")


class UntrustedArtefactError(ValueError):
    """Bytes that hold a type that is none of ours."""


def dump_model(model: Any) -> bytes:
    """Write a model; a field that is a timestamp or a frame must be one of the dataclass itself."""
    fields = {field.name: getattr(model, field.name) for field in dataclasses.fields(model)}
    frames = {name: value for name, value in fields.items() if isinstance(value, pd.DataFrame)}
    times = {name: value.isoformat() for name, value in fields.items() if isinstance(value, pd.Timestamp)}
    plain = {name: value for name, value in fields.items() if name not in frames}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_MODEL, skops.io.dumps(plain | times | {"__times__": sorted(times)}))
        for name, frame in frames.items():
            archive.writestr(f"{_FRAMES}{name}.parquet", frame.to_parquet())
    return buffer.getvalue()


def load_model(content: bytes, kind: type[Model], *, trusted: Collection[str] = ()) -> Model:
    """Read what `dump_model` wrote.

    Args:
        content: The bytes.
        kind: Dataclass of the model.
        trusted: Types besides scikit-learn's own that the model is made of, by their full names.

    Raises:
        UntrustedArtefactError: Another type is in it; nothing has been built then.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        written = archive.read(_MODEL)
        frames = {
            name.removeprefix(_FRAMES).removesuffix(".parquet"): pd.read_parquet(
                io.BytesIO(archive.read(name))
            )
            for name in archive.namelist()
            if name.startswith(_FRAMES)
        }
    strange = {*skops.io.get_untrusted_types(data=written)} - {*_TRUSTED, *trusted}
    if strange:
        raise UntrustedArtefactError(f"The artefact holds {', '.join(sorted(strange))}; it is not read.")
    fields = skops.io.loads(written, trusted=sorted({*_TRUSTED, *trusted}))
    for name in fields.pop("__times__"):
        fields[name] = pd.Timestamp(fields[name])
    return kind(**fields, **frames)
