/// kubectl's JSONPath templates: `{.metadata.name}`, `{range .items[*]}{.spec.x}{"\n"}{end}`. Start at
/// [tiphys.language.kubepath.KubePath].
@NullMarked
package tiphys.language.kubepath;

import org.jspecify.annotations.NullMarked;
