# Starts Tiphys: the flags of the JVM, and what it learned in a rehearsal. Read by ./tiphys of a checkout and by bin/tiphys of an
# installation, which say: home (has examples/), java (the program), lib (the jars), cache (a directory for what was learned; empty if
# none can be written).
common="-XX:+UseSerialGC -Xss512k --enable-native-access=ALL-UNNAMED -XX:-UsePerfData"
# The quick compiler alone: on a laptop the thorough one takes more of the processors than it gives back (docs/decisions/0002).
# A server without memory ends: what was acknowledged is on disk, and half a server would only hold it up.
# What an idle server does not use goes back to the system (app/Upkeep): the heap shrinks to what lives and a quarter.
server="$common -XX:+ExitOnOutOfMemoryError -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=25 -Xms16m -Xmx${TIPHYS_HEAP:-512m} ${TIPHYS_JIT:--XX:TieredStopAtLevel=1}"
client="$common -Xmx1g -XX:TieredStopAtLevel=1"
server_cache="$cache/tiphys.aot"
client_cache="$cache/tiphys-client.aot"

# Lets a server and a client start once each and keeps what the JVM learned of them. Without that everything works, only
# slower to start. They are two, because a command would pay for the server's classes.
prepare() {
    [ -t 2 ] && printf 'Preparing fast starts, once for each version … ' >&2
    log="$cache/prepare.log"
    : >"$log"
    learn "$client_cache" "$client" client &
    learn "$server_cache" "$server" server
    wait $!
    [ -t 2 ] && printf 'done.\n' >&2
    return 0
}

# An empty file says that the JVM could not learn anything.
learn() {
    # shellcheck disable=SC2086 # the flags are words
    "$java" $2 -XX:ErrorFile="$cache/prepare-error-%p.log" -XX:AOTCacheOutput="$1.$$" -Dtiphys.home="$home" -cp "$lib/*" \
        tiphys.app.Main rehearse "$3" >>"$log" 2>&1 || : >"$1.$$"
    mv "$1.$$" "$1" || :
}

launch() {
    # The C library keeps memory for each thread otherwise.
    export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
    case "${1:-}" in
        up | demo | run | controller) flags=$server learned=$server_cache ;;
        *) flags=$client learned=$client_cache ;;
    esac
    set -- -Dtiphys.home="$home" -cp "$lib/*" tiphys.app.Main "$@"
    if [ -n "$cache" ] && [ -s "$learned" ]; then
        set -- -XX:AOTCache="$learned" -Xlog:aot=off -Xlog:cds=off "$@"
    fi
    # shellcheck disable=SC2086 # the flags are words
    exec "$java" $flags "$@"
}
