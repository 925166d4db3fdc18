--
-- Fields: what one can filter by and see in a packet's tree. Those of an event are listed here; those of
-- messages come from the protocol headers.
--

local courier = Proto("courier", "Courier: messages of a microkernel")

local types = {}
for number, t in pairs(protocol.types) do
    types[number] = t.name
end

local f = {
    version = ProtoField.uint8("courier.version", "Version"),
    operation = ProtoField.uint8("courier.operation", "Operation", base.DEC, {
        [0] = "call", "block", "deliver", "wake", "fail", "notify", "irq", "switch", "copy", "spawn",
        "exec", "exit", "crash", "restart", "trap", "return", "console", "operator"
    }),
    flags = ProtoField.uint16("courier.flags", "Flags", base.HEX),
    type = ProtoField.uint32("courier.type", "Type", base.HEX, types, 0x7fffffff),
    reply = ProtoField.bool("courier.reply", "Is a reply", 32, nil, REPLY),
    source = ProtoField.uint32("courier.source", "Source endpoint"),
    destination = ProtoField.uint32("courier.destination", "Destination endpoint"),
    src = ProtoField.string("courier.src", "Source"),
    dst = ProtoField.string("courier.dst", "Destination"),
    sequence = ProtoField.uint64("courier.sequence", "Sequence"),
    transaction = ProtoField.uint64("courier.transaction", "Transaction"),
    parent = ProtoField.uint64("courier.parent", "Inside transaction"),
    status = ProtoField.int64("courier.status", "Status"),
    error = ProtoField.string("courier.error", "Error"),
    time = ProtoField.uint64("courier.time", "Virtual time, instructions"),
    -- What follows the header.
    message = ProtoField.bytes("courier.message", "Message"),
    call = ProtoField.uint32("courier.call", "Call", base.DEC, protocol.calls, 0xff),
    nonblock = ProtoField.bool("courier.call.nonblock", "Does not wait", 32, nil, 0x100),
    deadline = ProtoField.bool("courier.call.deadline", "Has a deadline", 32, nil, 0x200),
    tell = ProtoField.bool("courier.call.tell", "Is told of a restart", 32, nil, 0x400),
    frame = ProtoField.uint64("courier.frame", "Trap frame", base.HEX),
    state = ProtoField.uint64("courier.state", "State", base.DEC, protocol.states),
    events = ProtoField.uint64("courier.events", "Events", base.HEX),
    irq = ProtoField.uint64("courier.irq", "Interrupt"),
    bytes = ProtoField.uint64("courier.bytes", "Bytes"),
    access = ProtoField.uint64("courier.access", "Access", base.DEC, {"read", "write", "read, write"}),
    name = ProtoField.string("courier.name", "Name"),
    cause = ProtoField.uint64("courier.cause", "Cause", base.HEX),
    pc = ProtoField.uint64("courier.pc", "pc", base.HEX),
    address = ProtoField.uint64("courier.address", "Address", base.HEX),
    incarnation = ProtoField.uint64("courier.incarnation", "Incarnation"),
    satp = ProtoField.uint64("courier.satp", "Address space (satp)", base.HEX),
    console_text = ProtoField.string("courier.console", "Console"),
    operator = ProtoField.string("courier.operator", "Operator"),
    -- What other packets add.
    kind = ProtoField.string("courier.kind", "Kind"),
    latency = ProtoField.uint64("courier.latency", "Latency, instructions"),
    deferred = ProtoField.bool("courier.deferred", "Put off"),
    call_in = ProtoField.framenum("courier.call_in", "Called in frame", base.NONE),
    request_in = ProtoField.framenum("courier.request_in", "Request in frame", base.NONE,
        frametype.REQUEST),
    reply_in = ProtoField.framenum("courier.reply_in", "Reply in frame", base.NONE,
        frametype.RESPONSE),
    parent_in = ProtoField.framenum("courier.parent_in", "Inside the request of frame", base.NONE)
}
for _, register in ipairs({"a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "ra", "sp", "t0", "t1", "t2"}) do
    f[register] = ProtoField.uint64("courier." .. register, register, base.HEX)
end

-- Those of a payload, as `courier.fs_read.fd`; a payload that several types share has them once. A reply's
-- status is `courier.status`.
local function add_payload_fields(payload)
    for _, field in ipairs(payload or {}) do
        local full = payload.name .. "." .. field.name
        local make = ProtoField[(field.kind == "signed" and "int" or "uint") .. field.size * 8]
        local shown = base.DEC
        if field.kind ~= "signed" then
            shown = octal[field.name] and base.OCT or hexadecimal[field.name] and base.HEX or shown
        end
        if field.name ~= "status" and not f[full] then
            f[full] = make("courier." .. full, field.name, shown,
                field.name == "op" and protocol.ops or nil)
        end
    end
end

for _, t in pairs(protocol.types) do
    add_payload_fields(t.request)
    add_payload_fields(t.reply)
end
courier.fields = f

local damaged = ProtoExpert.new("courier.damaged", "Not a whole event", expert.group.MALFORMED,
    expert.severity.ERROR)
courier.experts = {damaged}
