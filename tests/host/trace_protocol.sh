#!/bin/sh
# The table of message names: complete, and made from the headers alone.
# sanitizers: no
. tests/lib.sh

abi=include/courier
headers="$abi/message.h $abi/errno.h $abi/syscall.h"
# shellcheck disable=SC2086
table() { tools/gen-protocol $headers "$@"; }

table $abi/protocol/*.h >"$T/table"
for header in blk fs pm rs tty; do
    prefix=$(echo $header | tr a-z A-Z)
    defined=$(grep -hE "^#define ${prefix}_[A-Z_]+ +(\\\\|0x[0-9a-f]{3}$|0x[0-9a-f]{3} )" $abi/protocol/$header.h |
        awk '{ print $2 }' | sort | tr '\n' ' ')
    named=$(sed -n "s/^    {\(${prefix}_[A-Z_]*\), \"[A-Z_]*\", .*/\1/p" "$T/table" | sort | tr '\n' ' ')
    check "$header: there are types" [ "$(echo "$defined" | wc -w)" -ge 4 ]
    same "$header: every type has a row" "$defined" "$named"
done

# A new protocol needs no second edit: its header is enough.
cat >"$T/net.h" <<'END'
/* A protocol of one's own. */
#define NET_SEND \
    0x1000 /* the frame is in the grant */
#define NET_LIMIT 0x100 /* no message: another range */
#define NET_STATE 0x1001 /* like the others: struct net_common */
PAYLOAD(net_send, uint32_t grant; /* with (parentheses), and; more */ uint16_t bytes; uint64_t spare;
        endpoint_t to[2];);
PAYLOAD(net_send_reply, int64_t status; int32_t left;);
PAYLOAD(net_common, uint32_t link;);
#define NET_CONTROL 0x1002
PAYLOAD(net_control, uint32_t op;);
#define NET_UP 1 /* an op */
#define NET_RATE 0x100
#define NET_FAST 1u
#define NET_CLOSE 0x1003
#define NET_ROOM 7
END
table "$T/net.h" >"$T/net"
row() { grep -F "$1" "$T/net"; }
check "a type" row '{NET_SEND, "NET_SEND", fields_net_send, fields_net_send_reply},'
check "the payload that its comment names" row '{NET_STATE, "NET_STATE", fields_net_common, NULL},'
check "an array of endpoints" row 'FIELD(net_send, endpoint_t, to, FIELD_ENDPOINT)'
check "a signed field" row 'FIELD(net_send_reply, int32_t, left, FIELD_SIGNED)'
same "the values of an op" '    {NET_UP, "NET_UP"},
    {NET_RATE, "NET_RATE"},' "$(sed -n '/ ops\[\]/,/^};/ { /{N/p; }' "$T/net")"
same "what is no type or field stays out" "" "$(row NET_LIMIT; row NET_FAST; row NET_ROOM; row spare)"
finish
