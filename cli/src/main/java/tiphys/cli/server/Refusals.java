package tiphys.cli.server;

import tiphys.cli.terminal.CliError;
import tiphys.cli.terminal.ExitCode;
import tiphys.manifest.Value;

/// The server's refusals as errors: its own code and words, whether they come in the form of Tiphys or of Kubernetes.
public final class Refusals {
    private Refusals() {}

    public static CliError of(ServerPlace place, int status, Value body) {
        var fields = Fields.of(body);
        var message = fields.text("message");
        if (message.isEmpty()) {
            message = "the server answered " + status;
        }
        var error =
                CliError.of(exit(status), fields.text("code").startsWith("TIP-") ? fields.text("code") : "", message);
        if (status == 401) {
            return CliError.of(ExitCode.FORBIDDEN, "TIP-7005", "the server at " + place.url() + " does not know you")
                    .why(place.token().isEmpty() ? "no token was sent" : "it refused the token")
                    .hint("use --data DIR on its own machine, or TIPHYS_TOKEN with the token of its kubeconfig");
        }
        return fields.text("hint").isEmpty() ? error : error.hint(fields.text("hint"));
    }

    static ExitCode exit(int status) {
        return switch (status) {
            case 400, 413, 415, 422 -> ExitCode.USAGE;
            case 401, 403 -> ExitCode.FORBIDDEN;
            case 404, 410 -> ExitCode.NOT_FOUND;
            case 502, 503, 504 -> ExitCode.UNREACHABLE;
            default -> ExitCode.FAILED;
        };
    }
}
