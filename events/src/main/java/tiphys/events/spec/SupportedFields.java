package tiphys.events.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tiphys.manifest.schema.FieldClaims;

/// What is claimed of the fields of EventSources and Sensors, as `claims.txt` says it.
public final class SupportedFields {
    public static final FieldClaims CLAIMS = FieldClaims.read(text("claims.txt"));

    private SupportedFields() {}

    private static String text(String file) {
        try (var in = SupportedFields.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the data file " + file + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + file, e);
        }
    }
}
