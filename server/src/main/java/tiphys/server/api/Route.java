package tiphys.server.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One line of the API's table: a method, a path with `{names}`, and what answers it.
record Route(String method, List<String> path, Action action) {

    /// Answers a call, blocking if it must.
    interface Action {
        void answer(Call call) throws Exception;
    }

    static Route of(String method, String path, Action action) {
        return new Route(method, List.of(path.split("/", -1)), action);
    }

    /// The named parts, if the path is this route's.
    Optional<Map<String, String>> match(List<String> parts) {
        if (parts.size() != path.size()) {
            return Optional.empty();
        }
        var named = new HashMap<String, String>();
        for (int i = 0; i < parts.size(); i++) {
            var wanted = path.get(i);
            if (wanted.startsWith("{")) {
                if (parts.get(i).isEmpty()) {
                    return Optional.empty();
                }
                named.put(wanted.substring(1, wanted.length() - 1), parts.get(i));
            } else if (!wanted.equals(parts.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(named);
    }
}
