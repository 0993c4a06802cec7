# Plays a server of the revision 2025-06-18 on standard input and output. The first argument says what it
# makes of the newest greeting, or of its start; each start leaves a line in the file that is the second.
way=$1 late=
echo started >>"$2"
say() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$1" "$2"; }
case $way in
  dies) echo "ModuleNotFoundError: No module named 'mcp'" >&2; printf 'with the key %s' "$KEY" >&2; exit 1 ;;
  slow) while [ ! -e "$2.go" ]; do sleep 0.02; done ;;
esac
while IFS= read -r line; do
  id=${line#*\"id\":} id=${id%%[,\}]*}
  case $line in
    *'"server/discover"'*)
      case $way in
        exits) exit 1 ;;
        empty) say "$id" '"result":{}' ;;
        late) late=$id ;;
        *) say "$id" '"error":{"code":-32601,"message":"Method not found"}' ;;
      esac ;;
    *'"initialize"'*)
      [ -z "$late" ] || say "$late" '"error":{"code":-32601,"message":"Method not found"}'
      say "$id" '"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"played","version":"1"}}' ;;
    *'"tools/list"'*) say "$id" '"result":{"tools":[{"name":"do_it","description":"Does it.","inputSchema":{"type":"object"}}]}' ;;
  esac
done
