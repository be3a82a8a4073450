package tiphys.served.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tiphys.language.Budget;
import tiphys.language.Scope;
import tiphys.language.expr.Expression;
import tiphys.manifest.Value;

/// What a server answered.
///
/// @param headers by their names in Go's form: `Content-Type`
record Answer(int status, Map<String, List<String>> headers, byte[] body) {
    private static final Pattern TOKEN = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]+");

    Answer {
        var named = new LinkedHashMap<String, List<String>>();
        headers.forEach((name, values) -> named.merge(canonical(name), List.copyOf(values), Answer::both));
        headers = named;
    }

    private static List<String> both(List<String> first, List<String> second) {
        var all = new java.util.ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    /// A header's name as Go writes it; one that is no token stays as it is.
    static String canonical(String name) {
        if (!TOKEN.matcher(name).matches()) {
            return name;
        }
        var out = new StringBuilder(name.toLowerCase(Locale.ROOT));
        boolean upper = true;
        for (int i = 0; i < out.length(); i++) {
            if (upper) {
                out.setCharAt(i, Character.toUpperCase(out.charAt(i)));
            }
            upper = out.charAt(i) == '-';
        }
        return out.toString();
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /// Why the request did not succeed; empty if it did (Argo's agent: a condition decides alone, else any 2xx succeeds).
    ///
    /// @throws tiphys.language.EvaluationFailed if the condition is neither true nor false
    String fault(Call call) {
        if (call.condition().isEmpty()) {
            return status >= 200 && status < 300 ? "" : "received non-2xx response code: " + status;
        }
        var condition = Expression.parse(call.condition());
        return condition.holds(scope(call, condition), Budget.of(1_000_000, 4L * body.length + (16L << 20)))
                ? ""
                : "successCondition '" + call.condition() + "' evaluated false";
    }

    private Scope scope(Call call, Expression condition) {
        var asked = new LinkedHashMap<String, Value>();
        absent(condition, "request.headers.", asked);
        for (var header : call.headers()) {
            asked.put(header.name(), Value.list(List.of(Value.text(header.secret() ? "" : header.value()))));
        }
        var given = new LinkedHashMap<String, Value>();
        absent(condition, "response.headers.", given);
        headers.forEach((name, values) -> given.put(name, Value.list(values.stream().map(Value::text).toList())));
        var request =
                Value.object(
                        "method", call.method(),
                        "url", call.url(),
                        "body", call.bodyText(),
                        "headers", Value.of(asked));
        if (condition.uses("request.bodyBytes")) {
            request = request.with("bodyBytes", bytes(call.body()));
        }
        var response = Value.object("statusCode", status, "body", text(), "headers", Value.of(given));
        return Scope.of(Map.of("request", request, "response", response));
    }

    /// A header that is not there is an empty list in Go, not null.
    private static void absent(Expression condition, String prefix, Map<String, Value> headers) {
        for (var name : condition.names()) {
            if (name.startsWith(prefix)) {
                headers.put(name.substring(prefix.length()), Value.list(List.of()));
            }
        }
    }

    private static Value bytes(byte[] body) {
        var all = new java.util.ArrayList<Value>(body.length);
        for (byte one : body) {
            all.add(Value.number(one & 0xff));
        }
        return Value.list(all);
    }
}
