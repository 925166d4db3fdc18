--
-- Words: values as people read them, the same words that the emulator uses (emu/trace/names.c).
--
-- Numbers come as Lua numbers, or, where 64 bits may be needed, as Wireshark's Int64 and UInt64. The
-- code runs on Lua 5.2 (Wireshark 4.0) and on 5.4, so it has no operators for bits.
--

local REPLY = 0x80000000 -- of a message type
local NSERVICES, EP_SLOTS = 16, 512
local MSG_NOTIFY = 1
local IPC_SEND, IPC_RECEIVE, IPC_SENDREC, IPC_REPLYREC = 1, 2, 3, 5
local EP_ANY, EP_NONE, EP_KERNEL = 511, 510, 0
local HUGE = 1e12 -- nobody reads more digits: likely an address or bits

-- How a field's numbers read best, by its name.
local octal = {mode = true}
local hexadecimal = {
    flags = true, mask = true, signals = true, cause = true, pc = true, address = true, frame = true,
    handler = true, restorer = true
}

local causes = { -- scause, The RISC-V Instruction Set Manual, volume II, "Supervisor Cause Register"
    [0] = "misaligned instruction", [1] = "instruction access fault", [2] = "illegal instruction",
    [3] = "breakpoint", [4] = "misaligned load", [5] = "load access fault",
    [6] = "misaligned store", [7] = "store access fault", [8] = "system call",
    [12] = "instruction page fault", [13] = "load page fault", [15] = "store page fault"
}
local interrupts = {[1] = "software interrupt", [5] = "timer interrupt", [9] = "external interrupt"}

local function is_bit_set(value, bit) -- of a number below 2^32
    return math.floor(value / 2 ^ bit) % 2 == 1
end

-- "0x40001010": without the zeros that UInt64's own has in front.
local function hex(value)
    if type(value) == "number" then
        return string.format("0x%x", value)
    end
    return "0x" .. value:tohex():gsub("^0+(.)", "%1")
end

local function decimal(value)
    return type(value) == "number" and string.format("%d", value) or tostring(value)
end

local function to_number(value)
    return type(value) == "number" and value or value:tonumber()
end

-- "sh 17.1", "fs"; without a name "17.1", "3". `name` may be nil.
local function endpoint_text(endpoint, name)
    local slot, generation = endpoint % EP_SLOTS, math.floor(endpoint / EP_SLOTS)
    local number = generation > 0 and string.format("%d.%d", slot, generation) or
        string.format("%d", slot)
    if endpoint == EP_KERNEL or endpoint == EP_ANY or endpoint == EP_NONE then
        return endpoint == EP_KERNEL and "kernel" or endpoint == EP_ANY and "any" or "none"
    end
    if not name then
        return number
    end
    return slot < NSERVICES and name or name .. " " .. number
end

local function status_text(status)
    local n = to_number(status)
    return n < 0 and protocol.errors[-n] or decimal(status)
end

local function type_text(number)
    local known = protocol.types[number % REPLY]
    return known and known.name or hex(number % REPLY)
end

-- "IPC_SENDREC nonblock".
local function call_text(call)
    local text = protocol.calls[call % 256] or string.format("call %d", call % 256)
    for i, flag in ipairs({"nonblock", "deadline", "tell"}) do
        text = is_bit_set(call, 7 + i) and text .. " " .. flag or text
    end
    return text
end

local function cause_text(cause)
    local code = cause:lower() % REPLY
    if cause == UInt64.max() then
        return "ended by its manager"
    elseif cause == UInt64.max() - 1 then
        return "hung"
    elseif cause == UInt64.max() - 2 then
        return "given up"
    elseif is_bit_set(cause:higher(), 31) then
        return interrupts[code] or string.format("interrupt %d", code)
    end
    return causes[code] or "cause " .. hex(cause)
end

-- The bits of a notification: "irq10 timer".
local function events_text(events)
    local words, low, high = {}, events:lower(), events:higher()
    for bit = 0, 61 do
        if is_bit_set(bit < 32 and low or high, bit % 32) then
            words[#words + 1] = string.format("irq%d", bit)
        end
    end
    words[#words + 1] = is_bit_set(high, 30) and "timer" or nil
    words[#words + 1] = is_bit_set(high, 31) and "crash" or nil
    return table.concat(words, " ")
end

-- One value of a payload field; `name_of` says what a process is called.
local function value_text(field, value, name_of)
    if field.name == "op" and protocol.ops[to_number(value)] then
        return protocol.ops[to_number(value)]
    elseif field.kind == "endpoint" then
        return name_of(value) or endpoint_text(value)
    elseif field.kind == "signed" then
        return decimal(value)
    elseif octal[field.name] then
        return string.format(to_number(value) == 0 and "%o" or "0%o", to_number(value))
    elseif hexadecimal[field.name] or to_number(value) >= HUGE then
        return to_number(value) == 0 and "0" or hex(value)
    end
    return decimal(value)
end
