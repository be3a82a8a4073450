/// Manifests as values: YAML and JSON read with a line and a column for every value, diagnostics that point at them, and
/// the kinds as records.
///
/// Start reading at [tiphys.manifest.Value].
@NullMarked
package tiphys.manifest;

import org.jspecify.annotations.NullMarked;
