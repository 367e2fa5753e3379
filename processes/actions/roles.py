"""Roles the product itself must know; every other one is the owner's word only."""

from processes.engine.roles import COUNCIL as COUNCIL
from processes.engine.roles import EXECUTOR as EXECUTOR
from processes.engine.roles import HEAD as HEAD
from processes.engine.roles import SHEPHERD as SHEPHERD
