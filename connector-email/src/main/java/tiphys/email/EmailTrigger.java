package tiphys.email;

import java.io.IOException;
import tiphys.events.action.Answer;
import tiphys.events.action.Firing;
import tiphys.events.action.Request;
import tiphys.events.action.TriggerFailed;
import tiphys.events.action.TriggerKind;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// The type `email`: a mail over SMTP, with STARTTLS where the server offers it, and over TLS from the beginning at port 465. The firing's
/// id is the mail's Message-ID, by which programs that read mail know one that came twice.
public final class EmailTrigger implements TriggerKind {
    @Override
    public String key() {
        return "email";
    }

    @Override
    public String claims() {
        return """
        events.EmailTrigger honoured parameters username smtpPassword host port to from subject body
        """;
    }

    @Override
    public Content content() {
        return Content.NOTHING;
    }

    @Override
    public void check(Fields block) {
        block.required("host");
        block.required("from");
        block.required("subject");
        block.required("body");
        if (block.texts("to").isEmpty() || block.texts("to").contains("")) {
            block.invalid("to", "must be a list of one or more addresses");
        }
        var port = block.json().find("port");
        if (port.isEmpty() || !(port.get() instanceof Value.Number number && number.decimal().signum() > 0)) {
            block.invalid("port", "must be the number of a port");
        }
    }

    /// The library is loaded when the first mail goes out, not when manifests are read.
    @Override
    public Answer fire(Firing firing, Request request) throws IOException, TriggerFailed {
        return Post.send(firing, request);
    }
}
