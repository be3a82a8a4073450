package tiphys.events.spec;

import java.util.List;
import tiphys.manifest.Value;

/// What a trigger does once its template's own parameters are in place: create an object.
///
/// @param resource the object as written
public record TemplateSpec(String name, Value.Mapping resource, List<ParameterSpec> parameters) {
    public TemplateSpec {
        parameters = List.copyOf(parameters);
    }
}
