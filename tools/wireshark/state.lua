--
-- State: what no packet says alone. How a process was called at that time, and which packets are the
-- request and the reply of one transaction.
--
-- It is filled in Wireshark's first pass, in which packets come in order, and only read afterwards,
-- when any packet may be shown again. A new capture begins with none.
--

local names        -- by endpoint: a list of {frame, name}, in order
local transactions -- by number: client, called; call, request, reply (frames); answered, status, deferred
local activated    -- by endpoint: the frame that set the process going last, and whether a device did
local calls        -- by endpoint: its last call: number, peer, and whether it waits to be heard
local failures     -- by frame: a call that would have sent a message has failed

local function forget()
    names, transactions, activated, calls, failures = {}, {}, {}, {}, {}
end

local function learn_name(endpoint, frame, name)
    local list = names[endpoint] or {}
    names[endpoint] = list
    list[#list + 1] = {frame = frame, name = name}
end

-- What the process was called when this frame came. One that is named only later, as in a trace
-- whose beginning is missing, has no name yet.
local function find_name(endpoint, frame)
    local list = names[endpoint] or {}
    for i = #list, 1, -1 do
        if list[i].frame <= frame then
            return list[i].name
        end
    end
end

local function transaction_of(number)
    transactions[number] = transactions[number] or {}
    return transactions[number]
end

-- A call carries a transaction's number: the one that opened it, or one made inside it.
local function learn_call(number, frame, event)
    calls[event.source] = {number = event.call % 256, peer = event.destination}
    if number > 0 and event.call % 256 == IPC_SENDREC then
        local t = transaction_of(number)
        t.client, t.called, t.call = event.source, event.time, frame
    end
end

-- A delivery is the request if it comes from the client, the reply if it goes there. Without the call,
-- as in a trace whose beginning is missing, only the message can tell.
local function kind_of_delivery(number, event)
    local t = transactions[number]
    local is_reply_type = event.type >= REPLY
    if event.type == MSG_NOTIFY then
        return "notify"
    elseif number == 0 then
        return "message"
    elseif not t or not t.client then
        return is_reply_type and "reply" or "request"
    elseif event.source == t.client then
        return "request"
    end
    return event.destination == t.client and "reply" or "message"
end

-- A reply is put off unless the request itself, or a device's interrupt, set the server going that gives it:
-- a typed line, the end of a child, an alarm come in their own time.
local function learn_delivery(number, frame, event, kind)
    local t = kind ~= "message" and kind ~= "notify" and transaction_of(number)
    local to, from = calls[event.destination] or {}, calls[event.source] or {}
    local is_selective = to.number == IPC_RECEIVE and to.peer ~= EP_ANY
    from.sends = false
    if t and kind == "reply" and not t.reply then
        local last = activated[event.source] or {}
        t.reply, t.answered, t.status = frame, event.time, event.reply_status
        t.deferred = last.frame ~= t.request and not last.device
    elseif kind == "request" or kind ~= "reply" and not is_selective then
        activated[event.destination] = {
            frame = frame, device = kind == "notify" and event.source == EP_KERNEL and event.by_device
        }
    end
    if t and kind == "request" then
        t.request = frame
    end
end

local function learn_wait(event)
    local call = calls[event.source]
    if call then
        call.sends = protocol.states[to_number(event.state)] == "sending"
    end
end

-- A call has ended with an error: at once (`call`: its number), or (nil) while it waited to be heard.
local function learn_failure(number, frame, event, call)
    local t, last = transactions[number], calls[event.source] or {}
    if to_number(event.status) >= 0 then
        return
    elseif call then
        failures[frame] = call >= IPC_SEND and call <= IPC_REPLYREC and call ~= IPC_RECEIVE and
            event.destination ~= EP_ANY
    else
        failures[frame] = last.sends
    end
    if t and t.client == event.source and not t.reply then
        t.status = event.status
    end
end

-- From the client's call to the reply, in instructions; nil: one of them is missing, or yet to come.
local function latency_of(t)
    return t.called and t.answered and t.answered - t.called
end

forget()
