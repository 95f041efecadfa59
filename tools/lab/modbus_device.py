#!/usr/bin/python3
"""A Modbus device whose registers are a file: pymodbus on TCP or on a serial line.

    modbus_device.py STATE tcp PORT_FILE [PORT [ADDRESS]]   listens on the loopback, writes its port
    modbus_device.py STATE rtu LINE READY_FILE      speaks 8N1 at 19200

STATE is read anew for each question; lines are

    TABLE ADDRESS VALUE     table holding, input, discrete or coil; what is not here does not exist
    mode silent             answers nothing
    mode failing            answers every question with exception 4
    mode stuck              takes writes and does not carry them out

Its unit is number 3. Questions to another unit are answered with exception 11, as a gateway does.
"""

import asyncio
import sys

from pass_persist import replace_file
from pymodbus.datastore import ModbusServerContext
from pymodbus.exceptions import NoSuchSlaveException
from pymodbus.interfaces import IModbusSlaveContext
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer

UNIT = 3
TABLES = {"d": "discrete", "c": "coil", "i": "input", "h": "holding"}


class FileDevice(IModbusSlaveContext):
    def __init__(self, path: str):
        self.path = path
        self.server = None

    def load(self) -> tuple[dict[tuple[str, int], int], str]:
        values, mode = {}, ""
        with open(self.path, encoding="utf-8") as file:
            for line in file:
                words = line.split()
                if words[:1] == ["mode"]:
                    mode = words[1]
                elif words:
                    values[words[0], int(words[1])] = int(words[2])
        return values, mode

    def table(self, function: int) -> str:
        return TABLES[self.decode(function)]

    def validate(self, function, address, count=1):
        values, mode = self.load()
        self.server.ignore_missing_slaves = mode == "silent"
        if mode == "silent":
            raise NoSuchSlaveException("silent")
        if mode == "failing":
            raise ValueError("failing")
        return all((self.table(function), address + i) in values for i in range(count))

    def getValues(self, function, address, count=1):
        values, _ = self.load()
        return [values[self.table(function), address + i] for i in range(count)]

    def setValues(self, function, address, written):
        values, mode = self.load()
        if mode == "stuck":
            return
        for i, value in enumerate(written):
            values[self.table(function), address + i] = int(value)
        text = "".join(f"{table} {at} {value}\n" for (table, at), value in values.items())
        replace_file(self.path, text + (f"mode {mode}\n" if mode else ""))

    def reset(self):
        pass


async def main() -> None:
    state, kind, first, *rest = sys.argv[1:]
    device = FileDevice(state)
    context = ModbusServerContext(slaves={UNIT: device}, single=False)
    if kind == "tcp":
        port = int(rest[0]) if rest else 0
        address = rest[1] if len(rest) > 1 else "127.0.0.1"
        device.server = ModbusTcpServer(context, address=(address, port),
                                        allow_reuse_address=True)
        serving = asyncio.ensure_future(device.server.serve_forever())
        await device.server.serving
        replace_file(first, str(device.server.server.sockets[0].getsockname()[1]))
        await serving
    else:
        device.server = ModbusSerialServer(context, port=first, baudrate=19200, bytesize=8,
                                           parity="N", stopbits=1)
        await device.server.start()
        replace_file(rest[0], "ready")
        await device.server.serve_forever()


asyncio.run(main())
