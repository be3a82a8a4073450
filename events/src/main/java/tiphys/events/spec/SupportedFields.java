package tiphys.events.spec;

import tiphys.manifest.schema.FieldClaims;

/// What is claimed of the fields of EventSources and Sensors, as `claims.txt` says it.
public final class SupportedFields {
    public static final FieldClaims CLAIMS = FieldClaims.beside(SupportedFields.class, "claims.txt");

    private SupportedFields() {}
}
