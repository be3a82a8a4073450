package tiphys.azure;

import java.util.List;
import java.util.Optional;
import tiphys.connectors.broker.Secrets;
import tiphys.connectors.line.LineFields;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Codes;
import tiphys.manifest.Value;

/// What a manifest says of the messages of a queue or of a subscription.
///
/// @param connection the Secret with the connection string
record ServiceBusSettings(SecretKey connection, Entity entity, boolean jsonBody, Optional<Value.Mapping> metadata)
        implements SourceSettings {
    static ServiceBusSettings read(SourceFields event) {
        var fields = event.fields();
        boolean byLogin = fields.has("fullyQualifiedNamespace") && !fields.has("connectionString");
        if (byLogin) {
            fields.error(
                    Codes.UNSUPPORTED,
                    "fullyQualifiedNamespace",
                    fields.path("fullyQualifiedNamespace")
                            + " without a connectionString asks for a login by Entra ID, which is not supported by this version; "
                            + "give a connectionString");
        }
        return new ServiceBusSettings(
                byLogin
                        ? new SecretKey(fields.path("connectionString"), "", "")
                        : Secrets.required(fields, "connectionString"),
                Entity.read(fields),
                fields.truth("jsonBody"),
                LineFields.metadata(fields));
    }

    @Override
    public List<SecretKey> secrets() {
        return List.of(connection);
    }

    @Override
    public Value.Mapping shown() {
        return entity.subscription().isPresent()
                ? Value.object("topic", entity.name(), "subscription", entity.subscription().get())
                : Value.object("queue", entity.name());
    }
}
