package tiphys.language.jq;

/// Functions that jq itself says well.
final class JqPrelude {
    private static final String DEFINITIONS =
            """
            def select(f): if f then . else empty end;
            def not: if . then false else true end;
            def map(f): [.[] | f];
            def map_values(f): .[] |= f;
            def recurse: ..;
            def recurse(f): def r: ., (f | r); r;
            def recurse(f; cond): def r: ., (f | select(cond) | r); r;
            def values: select(. != null);
            def nulls: select(. == null);
            def booleans: select(type == "boolean");
            def numbers: select(type == "number");
            def strings: select(type == "string");
            def arrays: select(type == "array");
            def objects: select(type == "object");
            def iterables: select(type == "array" or type == "object");
            def scalars: select(type != "array" and type != "object");
            def range($n): range(0; $n);
            def range($from; $to; $by):
              if $by > 0 then $from | while(. < $to; . + $by)
              elif $by < 0 then $from | while(. > $to; . + $by)
              else empty end;
            def while(cond; update): def _while: if cond then ., (update | _while) else empty end; _while;
            def until(cond; update): def _until: if cond then . else update | _until end; _until;
            def repeat(f): def _repeat: ., (f | _repeat); _repeat;
            def first: .[0];
            def last: .[-1];
            def nth($n): .[$n];
            def nth($n; f): if $n < 0 then error("nth doesn't support negative indices") else last(limit($n + 1; f)) end;
            def last(f): reduce f as $x (null; $x);
            def skip($n; f): if $n > 0 then foreach f as $x ($n; . - 1; if . < 0 then $x else empty end) else f end;
            def in(xs): . as $x | xs | has($x);
            def inside(xs): . as $x | xs | contains($x);
            def to_entries: [keys[] as $k | {key: $k, value: .[$k]}];
            def from_entries: reduce .[] as $x ({}; . + { ($x | if type == "object" then
                (if has("key") then .key elif has("k") then .k elif has("name") then .name elif has("Name") then .Name
                 elif has("Key") then .Key elif has("K") then .K else null end) else . end
                | if type == "string" then . else tojson end):
                ($x | if type == "object" then (if has("value") then .value elif has("v") then .v elif has("Value") then .Value
                 elif has("V") then .V else null end) else null end) });
            def with_entries(f): to_entries | map(f) | from_entries;
            def paths: path(..) | select(. != []);
            def paths(f): path(.. | select(f)) | select(. != []);
            def leaf_paths: paths(scalars);
            def pick(f): . as $v | reduce path(f) as $p (null; setpath($p; $v | getpath($p)));
            def del(f): delpaths([path(f)]);
            def add(f): reduce f as $x (null; . + $x);
            def any: any(.);
            def all: all(.);
            def any(f): reduce (.[] | f) as $x (false; . or $x);
            def all(f): reduce (.[] | f) as $x (true; . and $x);
            def any(g; f): isempty(first(g | f | select(.))) | not;
            def all(g; f): isempty(first(g | f | select(. | not)));
            def sort_by(f): _sort_by(map([f]));
            def group_by(f): _group_by(map([f]));
            def unique_by(f): [group_by(f)[] | .[0]];
            def min_by(f): _min_by(map([f]));
            def max_by(f): _max_by(map([f]));
            def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;
            def env: $ENV;
            def transpose: if . == [] then [] else . as $in | (map(length) | max) as $max
              | [range(0; $max) as $j | [range(0; $in | length) as $i | $in[$i][$j]]] end;
            def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
            def combinations(n): . as $dot | [range(n)] | map($dot) | combinations;
            def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
            def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
            def todateiso8601: todate;
            def fromdate: fromdateiso8601;
            def date: todate;
            def test($re): test($re; null);
            def match($re): match($re; null);
            def match($re; $flags): _match($re; $flags) | .[];
            def capture($re): capture($re; null);
            def capture($re; $flags): match($re; $flags) | [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
            def scan($re): scan($re; null);
            def scan($re; $flags): match($re; ($flags // "") + "g") | if (.captures | length) == 0 then .string else [.captures[].string] end;
            def splits($re): splits($re; null);
            def splits($re; $flags): split($re; $flags) | .[];
            def sub($re; str): sub($re; str; "");
            def gsub($re; str): sub($re; str; "g");
            def gsub($re; str; $flags): sub($re; str; $flags + "g");
            def sub($re; str; $flags): . as $in
              | (reduce (match($re; $flags)) as $m ({at: 0, out: [""]};
                  . as $s | $m
                  | ([.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries) as $c
                  | {at: ($m.offset + $m.length), out: [$s.out[] as $o | ($c | str) as $r | $o + $in[$s.at:$m.offset] + $r]})) as $end
              | $end.out[] + $in[$end.at:];
            def ascii_downcase: explode | map(if . >= 65 and . <= 90 then . + 32 else . end) | implode;
            def ascii_upcase: explode | map(if . >= 97 and . <= 122 then . - 32 else . end) | implode;
            def finites: select(isinfinite or isnan | not);
            def normals: select(isnormal);
            def toarray: if type == "array" then . else [.] end;
            def abs: if type == "number" then (if . < 0 then - . else . end) else error("abs cannot be applied to: " + type) end;
            def have_literal_numbers: false;
            def have_decnum: false;
            def halt_error: error;
            def debug: .;
            def debug(f): .;
            def stderr: .;
            def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);
            def fromstream(f): {x: null, e: false} as $init
              | foreach f as $i ($init; if .e then $init else . end
                | if $i | length == 2
                  then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1])
                  else setpath(["e"]; $i[0] | length == 1) end;
                if .e then .x else empty end);
            def truncate_stream(s): . as $n | null | s | . as $in | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;
            def index($x): indices($x) | .[0];
            def rindex($x): indices($x) | .[-1:][0];
            def ascii: [.] | implode;
            .\
            """;

    /// The names that every filter sees.
    static final JqRun.Scope SCOPE = scope();

    private JqPrelude() {}

    private static JqRun.Scope scope() {
        var here = JqRun.Scope.NONE;
        // each function sees those before it, itself, and, through this chain, no caller's names; those that need later
        // ones stand after them
        var tree = new JqParser(DEFINITIONS).whole();
        while (tree instanceof JqNode.Define(var function, var rest)) {
            here = JqRun.with(here, function);
            tree = rest;
        }
        return here;
    }
}
