/// The small languages inside manifests: tags, expressions, conditions, paths. Every evaluation is bounded by a [tiphys.language.Budget]
/// and can tell how it came to its result.
@NullMarked
package tiphys.language;

import org.jspecify.annotations.NullMarked;
