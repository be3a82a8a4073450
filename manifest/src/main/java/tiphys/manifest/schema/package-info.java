/// What fields the kinds have: read once from data files of our own format, used to check manifests and to describe the kinds
/// to kubectl (OpenAPI).
///
/// Start reading at [tiphys.manifest.schema.Schemas].
@NullMarked
package tiphys.manifest.schema;

import org.jspecify.annotations.NullMarked;
