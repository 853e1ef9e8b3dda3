"""Pictures as named files: in a folder of this machine, or in an object store of several."""

from service.blobs.blobs import Blobs, Stored, delete_folder, fetch
from service.blobs.opened import open_blobs, settings_folders, try_out_blobs
from service.blobs.probe import can_store

__all__ = [
    "Blobs",
    "Stored",
    "can_store",
    "delete_folder",
    "fetch",
    "open_blobs",
    "settings_folders",
    "try_out_blobs",
]
