package tiphys.served.leaf;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tiphys.engine.StepReport.Ending;

/// What leaves come to.
public final class Outcomes {
    /// With what Argo's own program ends in a pod when it could not do what it should.
    private static final int REFUSED = 64;

    private Outcomes() {}

    /// A leaf without a pod in Argo went well.
    public static Ending.Served succeeded(String result) {
        return new Ending.Served(Ending.Outcome.SUCCEEDED, "", OptionalInt.empty(), Optional.of(result), Map.of());
    }

    /// A leaf without a pod in Argo failed.
    public static Ending.Served failed(String message, Optional<String> result) {
        return new Ending.Served(Ending.Outcome.FAILED, message, OptionalInt.empty(), result, Map.of());
    }

    /// A leaf with a pod in Argo went well.
    public static Ending.Served exited(Optional<String> result, Map<String, String> parameters) {
        return new Ending.Served(Ending.Outcome.SUCCEEDED, "", OptionalInt.of(0), result, parameters);
    }

    /// A leaf with a pod in Argo could not be done: the pod's container ends with a code of Argo's.
    public static Ending.Served refused(String message) {
        return new Ending.Served(Ending.Outcome.FAILED, message, OptionalInt.of(REFUSED), Optional.empty(), Map.of());
    }
}
