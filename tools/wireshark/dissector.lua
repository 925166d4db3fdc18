--
-- The dissector: each packet is one event of a trace. The format is a table here, as it is in
-- docs/trace-format.md: which fields an operation has, and where.
--

local VERSION = 2
local HEADER = 56 -- bytes that every event has
local PAYLOAD = 64 -- where a message's payload begins

local header = {
    {"version", 0, 1}, {"operation", 1, 1}, {"flags", 2, 2}, {"sequence", 16, 8}, {"time", 48, 8}
}
local crossing = {
    {"a0", 56, 8}, {"a1", 64, 8}, {"a2", 72, 8}, {"a3", 80, 8}, {"a4", 88, 8}, {"a5", 96, 8},
    {"a6", 104, 8}, {"a7", 112, 8}, {"satp", 120, 8}, {"pc", 136, 8}, {"ra", 152, 8}, {"sp", 160, 8},
    {"t0", 168, 8}, {"t1", 176, 8}, {"t2", 184, 8}
}

-- By number. size: of the whole event, without text; status: it has one.
local operations = {
    [0] = {name = "call", size = 136, message = true, {"frame", 120, 8}, {"call", 128, 4}},
    [1] = {name = "block", size = 64, {"state", 56, 8}},
    [2] = {name = "deliver", size = 128, message = true, {"frame", 120, 8}},
    [3] = {name = "wake", size = HEADER, status = true},
    [4] = {name = "fail", size = 64, status = true, {"call", 56, 4}},
    [5] = {name = "notify", size = 64, {"events", 56, 8}},
    [6] = {name = "irq", size = 64, {"irq", 56, 8}},
    [7] = {name = "switch", size = HEADER},
    [8] = {name = "copy", size = 72, {"bytes", 56, 8}, {"access", 64, 8}},
    [9] = {name = "spawn", size = 72, {"name", 56, 16}},
    [10] = {name = "exec", size = 72, {"name", 56, 16}},
    [11] = {name = "exit", size = HEADER},
    [12] = {name = "crash", size = 80, {"cause", 56, 8}, {"pc", 64, 8}, {"address", 72, 8}},
    [13] = {name = "restart", size = 64, {"incarnation", 56, 8}},
    [14] = {
        name = "trap", size = 192, {"cause", 128, 8}, {"address", 144, 8}, table.unpack(crossing)
    },
    [15] = {name = "return", size = 192, table.unpack(crossing)},
    [16] = {name = "console", size = HEADER},
    [17] = {name = "operator", size = HEADER}
}

-- ---- reading --------------------------------------------------------------------------------------

-- A name of up to 16 bytes; whoever damages a trace leaves out the zero behind it, and stringz() fails.
local function name_in(range)
    for i = 0, range:len() - 1 do
        if range(i, 1):uint() == 0 then
            return i > 0 and range(0, i):string() or ""
        end
    end
    return range:string()
end

local function value_at(tvb, offset, size, signed)
    local range = tvb(offset, size)
    if size == 16 then
        return name_in(range)
    elseif size == 8 then
        return signed and range:le_int64() or range:le_uint64()
    end
    return signed and range:le_int() or range:le_uint()
end

-- The event, or nil and what is wrong with it.
local function read_event(tvb)
    local length = tvb:len()
    if length < HEADER then
        return nil, string.format("%d bytes, an event has at least %d", length, HEADER)
    elseif tvb(0, 1):uint() ~= VERSION then
        return nil, string.format("version %d, this is for version %d", tvb(0, 1):uint(), VERSION)
    end
    local operation = operations[tvb(1, 1):uint()]
    if not operation then
        return nil, string.format("no operation %d", tvb(1, 1):uint())
    elseif length < operation.size then
        return nil, string.format("%d bytes, a %s has %d", length, operation.name, operation.size)
    end
    local event = {
        operation = operation, type = tvb(4, 4):le_uint(), source = tvb(8, 4):le_uint(),
        destination = tvb(12, 4):le_uint(), transaction = tvb(24, 8):le_uint64():tonumber(),
        parent = tvb(32, 8):le_uint64():tonumber(), status = tvb(40, 8):le_int64(),
        time = tvb(48, 8):le_uint64():tonumber()
    }
    for _, field in ipairs(operation) do
        event[field[1]] = value_at(tvb, field[2], field[3])
    end
    if event.call and event.call % 256 > IPC_REPLYREC then -- a kernel call: t1 is no peer
        event.destination = EP_KERNEL
    end
    return event
end

-- ---- messages -------------------------------------------------------------------------------------

local function is_reply(event)
    return event.type >= REPLY
end

local function payload_of(event)
    local known = protocol.types[event.type % REPLY]
    return known and (is_reply(event) and known.reply or not is_reply(event) and known.request) or {}
end

-- The elements of an array that mean something: up to the last one that is not zero.
local function elements(tvb, field)
    local values = {}
    for i = 0, field.count - 1 do
        values[i + 1] = value_at(tvb, PAYLOAD + field.offset + i * field.size, field.size,
            field.kind == "signed")
    end
    while #values > 1 and to_number(values[#values]) == 0 do
        values[#values] = nil
    end
    return values
end

-- A type that no header defines: its payload words, up to the last that is not zero.
local function unknown_text(tvb)
    local words, last = {}, 0
    for i = 1, 7 do
        local value = value_at(tvb, PAYLOAD + 8 * (i - 1), 8)
        words[i] = value > UInt64(9) and hex(value) or decimal(value)
        last = value == UInt64(0) and last or i
    end
    return table.concat(words, " ", 1, last)
end

local function field_text(tvb, field, name_of)
    local texts = {}
    for i, value in ipairs(elements(tvb, field)) do
        texts[i] = value_text(field, value, name_of)
    end
    return table.concat(texts, ",")
end

-- "FS_READ fd=3 grant=2 bytes=512", "FS_READ reply 512", "FS_OPEN reply ENOENT".
local function message_text(tvb, event, name_of)
    local words = {type_text(event.type)}
    local known = protocol.types[event.type % REPLY]
    local status = value_at(tvb, PAYLOAD, 8, true)
    if event.type == MSG_NOTIFY then
        words[2] = events_text(value_at(tvb, PAYLOAD, 8))
    elseif not known then
        words[2] = is_reply(event) and "reply " .. unknown_text(tvb) or unknown_text(tvb)
    else
        words[2] = is_reply(event) and "reply " .. status_text(status) or nil
        local failed = is_reply(event) and to_number(status) < 0
        for _, field in ipairs(failed and {} or payload_of(event)) do
            if field.name ~= "status" then
                words[#words + 1] = field.name .. "=" .. field_text(tvb, field, name_of)
            end
        end
    end
    return (table.concat(words, " "):gsub(" +$", ""))
end

-- Without a range it is known from another packet.
local function add_status(tree, range, status)
    local failed = to_number(status) < 0
    if range then
        tree:add_le(f.status, range)
    else
        tree:add(f.status, status):set_generated()
    end
    if failed and range then
        tree:add(f.error, range, status_text(status))
    elseif failed then
        tree:add(f.error, status_text(status)):set_generated()
    end
end

local function add_message(tree, tvb, event, name_of)
    local message = tree:add(f.message, tvb(56, 64), message_text(tvb, event, name_of))
    message:set_text("Message: " .. message_text(tvb, event, name_of))
    message:add_le(f.type, tvb(4, 4))
    message:add_le(f.reply, tvb(4, 4))
    if is_reply(event) then
        add_status(message, tvb(PAYLOAD, 8), value_at(tvb, PAYLOAD, 8, true))
    end
    local payload = payload_of(event)
    for _, field in ipairs(payload) do
        local known = f[payload.name .. "." .. field.name] -- none for a reply's status, shown already
        for i, value in ipairs(known and elements(tvb, field) or {}) do
            local item = message:add_le(known,
                tvb(PAYLOAD + field.offset + (i - 1) * field.size, field.size))
            if field.kind == "endpoint" then
                item:append_text(" (" .. value_text(field, value, name_of) .. ")")
            end
        end
    end
end

-- ---- an event in words ----------------------------------------------------------------------------

-- A system call, as the registers say: t0 the call, t1 the peer, a0 to a7 the message.
local function trap_text(tvb, event, name_of)
    local call = event.t0:lower() % 256
    if event.cause ~= UInt64(8) then
        return "trap: " .. cause_text(event.cause) .. " at " .. hex(event.pc)
    end
    local text = "trap: " .. call_text(event.t0:lower())
    if call == IPC_SEND or call == IPC_SENDREC or call == IPC_REPLYREC then
        local peer = event.t1:lower()
        event.type = event.a0:higher()
        text = text .. " to " .. (name_of(peer) or endpoint_text(peer)) .. ": " ..
            message_text(tvb, event, name_of)
    end
    return text
end

local function call_line(tvb, event, name_of)
    local call = event.call % 256
    local replies = call == IPC_REPLYREC and event.destination ~= EP_NONE
    if call == IPC_RECEIVE then
        return call_text(event.call) .. " from " .. name_of(event.destination, true)
    elseif call == IPC_SEND or call == IPC_SENDREC or replies then
        return call_text(event.call) .. " " .. message_text(tvb, event, name_of)
    end
    return call_text(event.call)
end

local function printable(text)
    return (text:gsub("\27", "\\e"):gsub("\r", "\\r"):gsub("\n", "\\n"):gsub("[%c\127]", "."))
end

-- What follows the header, as text.
local function text_at(tvb)
    return tvb:len() > HEADER and printable(tvb(HEADER):raw()) or ""
end

-- The info column, by operation: (event, tvb, name_of) -> text.
local say = {
    call = function(e, tvb, name_of) return "call " .. call_line(tvb, e, name_of) end,
    block = function(e)
        return "waits, " .. (protocol.states[to_number(e.state)] or "state " .. decimal(e.state))
    end,
    deliver = function(e, tvb, name_of) return message_text(tvb, e, name_of) end,
    wake = function(e)
        return to_number(e.status) < 0 and "goes on: " .. status_text(e.status) or "goes on"
    end,
    fail = function(e) return call_text(e.call) .. " fails: " .. status_text(e.status) end,
    notify = function(e) return "notified: " .. events_text(e.events) end,
    irq = function(e) return "interrupt " .. decimal(e.irq) end,
    switch = function() return "runs" end,
    copy = function(e) return "copies " .. decimal(e.bytes) .. " bytes" end,
    spawn = function(e) return "new process " .. e.name end,
    exec = function(e) return "runs the program " .. e.name end,
    exit = function() return "is gone" end,
    crash = function(e) return "died: " .. cause_text(e.cause) .. " at " .. hex(e.pc) end,
    restart = function(e) return "incarnation " .. decimal(e.incarnation) end,
    trap = function(e, tvb, name_of) return trap_text(tvb, e, name_of) end,
    ["return"] = function(e) return "return to " .. hex(e.pc) end,
    console = function(_, tvb) return "console: " .. text_at(tvb) end,
    operator = function(_, tvb) return "operator: " .. text_at(tvb) end
}

-- Who stands in the columns where the event itself names nobody.
local ends = {
    trap = {"user", "kernel"}, ["return"] = {"kernel", "user"}, console = {"guest", "console"},
    operator = {"operator"}, irq = {"device"}
}

local function ends_of(event, name_of)
    local instead = ends[event.operation.name] or {}
    local function one(endpoint, i)
        return endpoint == EP_NONE and (instead[i] or "") or name_of(endpoint, true)
    end
    local source, destination = one(event.source, 1), one(event.destination, 2)
    if event.operation.name == "operator" then -- done to its source
        source, destination = instead[1], source
    end
    return source, destination
end

-- ---- what the packets say together ------------------------------------------------------------------

local function learn(event, tvb, frame)
    local operation = event.operation.name
    if operation == "spawn" then
        learn_name(event.destination, frame, event.name)
    elseif operation == "exec" then
        learn_name(event.source, frame, event.name)
    elseif operation == "call" then
        learn_call(event.transaction, frame, event)
    elseif operation == "block" then
        learn_wait(event)
    elseif operation == "fail" or operation == "wake" then
        learn_failure(event.transaction, frame, event, event.call and event.call % 256)
    elseif operation == "deliver" then
        event.reply_status = value_at(tvb, PAYLOAD, 8, true)
        event.by_device = value_at(tvb, PAYLOAD, 8):higher() < 2 ^ 30 -- no alarm, no crash
        learn_delivery(event.transaction, frame, event, kind_of_delivery(event.transaction, event))
    end
end

local function add_frame(tree, field, frame, own)
    if frame and frame ~= own then
        tree:add(field, frame):set_generated()
    end
end

-- Links between the packets of a transaction, and how long it took, at its request and its reply.
local function add_links(tree, event, frame)
    local operation = event.operation.name
    local kind = operation == "deliver" and kind_of_delivery(event.transaction, event) or
        failures[frame] and "failed"
    if kind then
        tree:add(f.kind, kind):set_generated()
    end
    local t = transactions[event.transaction]
    if not t then
        return
    end
    -- Of a request that was delivered again, the last one got the reply.
    local answered = kind == "request" and frame == t.request
    if frame == t.call or answered then
        add_frame(tree, f.reply_in, t.reply, frame)
    elseif kind == "reply" then
        add_frame(tree, f.request_in, t.request, frame)
    end
    add_frame(tree, f.call_in, t.call, frame)
    local latency = latency_of(t)
    if latency and (answered or kind == "reply") then
        tree:add(f.latency, UInt64(latency)):set_generated()
        tree:add(f.deferred, t.deferred):set_generated()
    end
    if answered and t.status then
        add_status(tree, nil, t.status)
    end
    local parent = transactions[event.parent]
    add_frame(tree, f.parent_in, parent and parent.request, frame)
end

-- ---- the packet -----------------------------------------------------------------------------------

local function add_endpoint(tree, number, name, range, endpoint, name_of)
    tree:add_le(number, range):append_text(" (" .. name_of(endpoint, true) .. ")")
    if endpoint ~= EP_NONE then
        tree:add(name, range, name_of(endpoint) or endpoint_text(endpoint))
    end
end

local function add_header(tree, tvb, event, name_of)
    for _, field in ipairs(header) do
        tree:add_le(f[field[1]], tvb(field[2], field[3]))
    end
    add_endpoint(tree, f.source, f.src, tvb(8, 4), event.source, name_of)
    add_endpoint(tree, f.destination, f.dst, tvb(12, 4), event.destination, name_of)
    if event.transaction > 0 then
        tree:add_le(f.transaction, tvb(24, 8))
    end
    if event.parent > 0 then
        tree:add_le(f.parent, tvb(32, 8))
    end
    if event.operation.status then
        add_status(tree, tvb(40, 8), event.status)
    end
end

local notes = {
    cause = function(e) return cause_text(e.cause) end,
    events = function(e) return events_text(e.events) end
}

local function add_body(tree, tvb, event, name_of)
    for _, field in ipairs(event.operation) do
        local range = tvb(field[2], field[3])
        local item = field[1] == "name" and tree:add(f.name, range, event.name)
            or tree:add_le(f[field[1]], range)
        local note = notes[field[1]]
        if note then
            item:append_text(" (" .. note(event) .. ")")
        elseif field[1] == "call" then
            tree:add_le(f.nonblock, tvb(field[2], 4))
            tree:add_le(f.deadline, tvb(field[2], 4))
            tree:add_le(f.tell, tvb(field[2], 4))
        end
    end
    local operation = event.operation.name
    if event.operation.message and event.type ~= 0 then
        add_message(tree, tvb, event, name_of)
    elseif operation == "console" and tvb:len() > HEADER then
        tree:add(f.console_text, tvb(HEADER), text_at(tvb))
    elseif operation == "operator" and tvb:len() > HEADER then
        tree:add(f.operator, tvb(HEADER), text_at(tvb))
    end
end

function courier.dissector(tvb, pinfo, tree)
    pinfo.cols.protocol = "Courier"
    local root = tree:add(courier, tvb())
    local event, why = read_event(tvb)
    if not event then
        pinfo.cols.info = "Not an event: " .. why
        root:add_proto_expert_info(damaged, "Not an event: " .. why)
        return tvb:len()
    end
    local frame = pinfo.number
    if not pinfo.visited then
        learn(event, tvb, frame)
    end
    local function name_of(endpoint, with_number)
        local name = find_name(endpoint, frame)
        return with_number and endpoint_text(endpoint, name) or name
    end
    local text = say[event.operation.name](event, tvb, name_of)
    pinfo.cols.src, pinfo.cols.dst = ends_of(event, name_of)
    pinfo.cols.info = text
    root:append_text(", " .. text)
    add_header(root, tvb, event, name_of)
    add_body(root, tvb, event, name_of)
    add_links(root, event, frame)
    return tvb:len()
end

function courier.init()
    forget()
end

DissectorTable.get("wtap_encap"):add(wtap.USER0, courier)
