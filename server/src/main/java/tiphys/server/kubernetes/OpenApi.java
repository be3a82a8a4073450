package tiphys.server.kubernetes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tiphys.manifest.Value;
import tiphys.manifest.schema.Schemas;

/// The documents that say what the types look like. kubectl reads them for `explain`, and to learn that the server itself
/// checks fields (`fieldValidation`), so that it does not. Made at the first use, once.
final class OpenApi {
    private static final String PROTOBUF_TWO = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// An empty document: `swagger: 2.0`, title `tiphys`, version `0`. Clients up to 1.28 want one in this form before they
    /// send anything, and then leave the checking to the server.
    private static final byte[] EMPTY_TWO = {
        0x0a, 3, '2', '.', '0', 0x12, 11, 0x0a, 6, 't', 'i', 'p', 'h', 'y', 's', 0x12, 1, '0'
    };

    private final Document twoInProtobuf = Document.of(PROTOBUF_TWO, EMPTY_TWO);
    private @Nullable Three three;
    private @Nullable Document two;

    /// The documents of OpenAPI 3: the index, and one for each group and version by its path.
    private record Three(Document index, Map<String, Document> groups) {}

    Document index() {
        return three().index();
    }

    Optional<Document> group(String group, String version) {
        return Optional.ofNullable(three().groups().get(path(group, version)));
    }

    /// The old form, in protobuf if that is asked for.
    Document two(String accept) {
        return accept.contains("proto-openapi") ? twoInProtobuf : two();
    }

    private synchronized Document two() {
        var made = two;
        if (made == null) {
            made = Document.json(Schemas.openApiV2());
            two = made;
        }
        return made;
    }

    private synchronized Three three() {
        var made = three;
        if (made == null) {
            made = make();
            three = made;
        }
        return made;
    }

    private static Three make() {
        var groups = new LinkedHashMap<String, Document>();
        var index = new LinkedHashMap<String, Value>();
        Stream.concat(Stream.of(""), Served.groups().stream())
                .forEach(group -> {
                    var version = Served.versionOf(group).orElseThrow();
                    var path = path(group, version);
                    Schemas.openApiV3(group, version)
                            .ifPresent(schema -> {
                                var document = Document.json(schema);
                                groups.put(path, document);
                                var url = "/openapi/v3/" + path + "?hash=" + document.hash();
                                index.put(path, Value.object("serverRelativeURL", url));
                            });
                });
        return new Three(Document.json(Value.object("paths", index)), groups);
    }

    private static String path(String group, String version) {
        return String.join("/", group.isEmpty() ? List.of("api", version) : List.of("apis", group, version));
    }
}
