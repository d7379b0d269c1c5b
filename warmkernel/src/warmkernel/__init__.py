"""Jupyter kernels forked from a process that has already imported the libraries."""

from warmkernel.kernelspec import KERNEL_NAME, ensure_kernelspec
from warmkernel.orphan import adopting, leave_with
from warmkernel.session import SOCKET_VARIABLE, Status, Template, unsupported_reason
from warmkernel.workers import exit_with_parent, ipc_config

__version__ = "0.1.0"

kernel_name = KERNEL_NAME

__all__ = [
    "SOCKET_VARIABLE",
    "Status",
    "Template",
    "adopting",
    "ensure_kernelspec",
    "exit_with_parent",
    "ipc_config",
    "kernel_name",
    "leave_with",
    "unsupported_reason",
]
