package tiphys.process.wire;

import java.time.Duration;
import tiphys.engine.Readiness;
import tiphys.engine.Readiness.Question;

/// How daemons are asked, on the wire.
final class Probes {
    private static final int EXEC = 0;
    private static final int HTTP = 1;
    private static final int TCP = 2;

    private Probes() {}

    static void write(Readiness readiness, FrameWriter out) {
        out.whole(readiness.delay().toMillis());
        out.whole(readiness.period().toMillis());
        out.whole(readiness.timeout().toMillis());
        out.whole(readiness.successes());
        switch (readiness.question()) {
            case Question.Exec(var command) -> {
                out.tag(EXEC);
                out.list(command, out::text);
            }
            case Question.Http(var scheme, var host, var port, var path, var headers) -> {
                out.tag(HTTP);
                out.text(scheme);
                out.text(host);
                out.whole(port);
                out.text(path);
                out.texts(headers);
            }
            case Question.Tcp(var host, var port) -> {
                out.tag(TCP);
                out.text(host);
                out.whole(port);
            }
        }
    }

    static Readiness read(FrameReader in) {
        var delay = Duration.ofMillis(in.wholeLong());
        var period = Duration.ofMillis(in.wholeLong());
        var timeout = Duration.ofMillis(in.wholeLong());
        int successes = in.whole();
        var question =
                switch (in.tag()) {
                    case EXEC -> new Question.Exec(in.list(in::text));
                    case HTTP -> new Question.Http(in.text(), in.text(), in.whole(), in.text(), in.texts());
                    case TCP -> new Question.Tcp(in.text(), in.whole());
                    default -> throw new IllegalStateException("the runner does not know how to ask a daemon");
                };
        return new Readiness(question, delay, period, timeout, successes);
    }
}
