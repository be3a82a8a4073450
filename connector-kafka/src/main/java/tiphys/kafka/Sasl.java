package tiphys.kafka;

import java.util.List;
import java.util.Optional;
import tiphys.connectors.broker.Login;
import tiphys.connectors.broker.Secrets;
import tiphys.events.spec.Fields;

/// How a client says who it is.
///
/// @param mechanism `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`
record Sasl(String mechanism, Login login) {
    private static final List<String> MECHANISMS = List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");

    static Optional<Sasl> read(Fields fields) {
        if (!fields.has("sasl")) {
            return Optional.empty();
        }
        var sasl = fields.at("sasl");
        var mechanism = sasl.text("mechanism");
        if (mechanism.isEmpty()) {
            mechanism = MECHANISMS.getFirst();
        } else if (!MECHANISMS.contains(mechanism)) {
            sasl.invalid(
                    "mechanism",
                    "must be one of %s, not \"%s\"; Argo Events cannot log in by another one either"
                            .formatted(String.join(", ", MECHANISMS), mechanism));
        }
        return Optional.of(
                new Sasl(
                        mechanism,
                        new Login(Secrets.required(sasl, "userSecret"), Secrets.required(sasl, "passwordSecret"))));
    }
}
