# Plays a server of the revision 2025-11-25 on standard input and output. The first argument says how it
# misbehaves.
way=$1 heard=nothing pending=
say() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$1" "$2"; }
text() { say "$1" "\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"$2\"}]}"; }
call() {
  case $2 in *'"what_was_heard"'*) text "$1" "$heard"; return ;; esac
  case $way in
    dies|lingers) exit 3 ;;
    fails) say "$1" '"result":{"isError":true,"content":[{"type":"text","text":"It does not work."}]}' ;;
    twice) text "$1" first; text "$1" second ;;
    env) text "$1" "$(env | cut -d= -f1 | sort | tr '\n' ' ')" ;;
    spins) while :; do :; done ;;
    grows) x=x; while :; do x=$x$x; done ;;
    huge)
      printf '{"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"text","text":"' "$1"
      head -c 100000000 /dev/zero | tr '\0' x
      printf '"}]}}\n' ;;
    asks)
      pending=$1
      echo '{"jsonrpc":"2.0","id":77,"method":"elicitation/create","params":{"message":"Which branch?","requestedSchema":{"type":"object","properties":{}}}}' ;;
    never)
      pending=$1 token=${2#*\"progressToken\":} token=${token%%[,\}]*}
      echo '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"It has begun"}}'
      echo '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":'"$token"',"progress":1,"total":4,"message":"Begun"}}' ;;
    *) text "$1" done ;;
  esac
}
case $way in
  forks) sleep 1000 & sleep 1000 & ;;
  # Leaves the group and keeps the pipes.
  lingers) setsid sleep 40 & ;;
  deaf) trap '' TERM ;;
  noisy)
    echo 'Starting'; echo '{"jsonrpc":"2.0"}'; echo '{"half":'
    head -c 3000 /dev/zero | tr '\0' '\377'; echo
    yes 'a line of the log' | head -n 2000 >&2 ;;
esac
while IFS= read -r line; do
  id=${line#*\"id\":} id=${id%%[,\}]*}
  case $line in
    *'"initialize"'*) say "$id" '"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"played","version":"1"}}' ;;
    *'"tools/list"'*) say "$id" '"result":{"tools":[{"name":"do_it","description":"Does it.","inputSchema":{"type":"object"}}]}' ;;
    *'"tools/call"'*) call "$id" "$line" ;;
    # Late, to a call that nobody waits for.
    *'"notifications/cancelled"'*) heard=cancelled; [ -z "$pending" ] || text "$pending" late ;;
    *'"method":"notifications/'*) ;;
    *'"method"'*) say "$id" '"error":{"code":-32601,"message":"Method not found"}' ;;
  esac
done
while [ "$way" = deaf ]; do sleep 1; done
