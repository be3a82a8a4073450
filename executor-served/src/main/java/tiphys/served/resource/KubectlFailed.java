package tiphys.served.resource;

import tiphys.objects.Refusal;

/// Says why kubectl would have given up, in its words.
final class KubectlFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    KubectlFailed(String message) {
        super(message, null, false, false);
    }

    String message() {
        return String.valueOf(getMessage());
    }

    /// What the API answered.
    ///
    /// @param doing what was being done, before the answer; may be empty
    static KubectlFailed of(Refusal refusal, String doing) {
        if (refusal.reason().equals("Invalid")) {
            return new KubectlFailed(invalid(refusal));
        }
        if (refusal.reason().equals("NotFound")
                && String.valueOf(refusal.getMessage()).startsWith("no matches for kind")) {
            return new KubectlFailed("error: " + refusal.getMessage());
        }
        return new KubectlFailed(
                "Error from server ("
                        + refusal.reason()
                        + "): "
                        + doing
                        + (doing.isEmpty() ? "" : ": ")
                        + refusal.getMessage());
    }

    private static String invalid(Refusal refusal) {
        var text = String.valueOf(refusal.getMessage());
        int kind = text.indexOf(" \"");
        int is = text.indexOf(" is invalid: ");
        if (kind < 0 || is < kind) {
            return "The request is invalid: " + text;
        }
        var head =
                "The " + text.substring(0, kind).replaceFirst("\\..*", "") + text.substring(kind, is) + " is invalid: ";
        var causes = refusal.causes().stream().map(cause -> cause.field() + ": " + cause.message()).distinct().toList();
        return causes.size() < 2 ? head + String.join("", causes) : head + "\n* " + String.join("\n* ", causes);
    }
}
