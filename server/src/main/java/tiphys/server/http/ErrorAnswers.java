package tiphys.server.http;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// Answers what Jetty itself refuses, such as a request that is no HTTP, without its pages and stack traces.
public final class ErrorAnswers implements Request.Handler {
    /// How the answer is written.
    public enum Form {
        /// The error form of docs/api.md.
        PROBLEM,
        /// One line of text.
        TEXT
    }

    private final Form form;

    public ErrorAnswers(Form form) {
        this.form = form;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        var given = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
        var message = given == null || status >= 500 ? HttpStatus.getMessage(status) : given.toString();
        switch (form) {
            case PROBLEM ->
                    Answers.problem(
                            response,
                            callback,
                            new Problem(status, status >= 500 ? "TIP-5000" : "TIP-4000", message, ""));
            case TEXT -> Answers.text(response, callback, status, message);
        }
        return true;
    }
}
