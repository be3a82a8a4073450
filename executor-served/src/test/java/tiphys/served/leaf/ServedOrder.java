package tiphys.served.leaf;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tiphys.engine.AttemptId;
import tiphys.engine.ResolvedTemplate;
import tiphys.engine.StepOrder;
import tiphys.manifest.Value;

/// Makes orders of steps that the server does itself.
public final class ServedOrder {
    private ServedOrder() {}

    /// @param template one field named by the template's type
    public static StepOrder of(String attempt, Value.Mapping template) {
        return of(attempt, template, Optional.empty());
    }

    static StepOrder of(String attempt, Value.Mapping template, Optional<Instant> deadline) {
        return new StepOrder(
                new AttemptId(attempt),
                "uid-1",
                "a-boot",
                "argo",
                "run-1",
                "run-1-42",
                "run-1.step",
                "run-1-step-42",
                new ResolvedTemplate(template),
                true,
                deadline,
                Duration.ofSeconds(30));
    }
}
