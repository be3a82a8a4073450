package tiphys.manifest.schema;

import java.util.ArrayList;
import java.util.List;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.Value;

/// What fields one kind has.
public final class Schema {
    private final Catalogue catalogue;
    private final Structure structure;
    private final Structure.ServedKind kind;

    Schema(Catalogue catalogue, Structure structure, Structure.ServedKind kind) {
        this.catalogue = catalogue;
        this.structure = structure;
        this.kind = kind;
    }

    /// The group and version, as a manifest says them.
    public String apiVersion() {
        return kind.apiVersion();
    }

    /// The kind, as a manifest says it.
    public String kind() {
        return kind.kind();
    }

    /// What is wrong with an object of this kind, in the order of its text: unknown fields (TIP-1101), values of a wrong type
    /// (TIP-1102), required fields that are missing (TIP-1103), words that are not among a field's (TIP-1104), values outside a
    /// field's limits (TIP-1105), items of a list that are there twice (TIP-1106), and fields that exclude one another (TIP-1107).
    /// Every finding is an error, has the path of the field and, if the object was read from a text, its place; a warning is an
    /// unknown field in the spec of Argo Events' kinds, for Argo Events drops it, and an unknown word where only the use of the
    /// object would fail. A text with a tag (`{{…}}`) passes where a word, a quantity or an instant is expected: only its value
    /// can be judged.
    public List<Diagnostic> check(Value.Mapping object) {
        var found = new ArrayList<Diagnostic>();
        new SchemaCheck(catalogue, kind.open(), found).structure(structure, object, "");
        return List.copyOf(found);
    }

    /// This kind's schema as OpenAPI 3 writes it; it refers to others by `#/components/schemas/…`, which
    /// [Schemas#openApiV3] has.
    public Value.Mapping openApi() {
        return new OpenApi(catalogue, OpenApi.Form.V3).schema(structure);
    }
}
