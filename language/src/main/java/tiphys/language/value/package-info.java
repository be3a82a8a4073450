/// The values that languages compute with, as Go has them: how they come from manifests and go back, compare, print and become
/// JSON. Start at [tiphys.language.value.Plain].
@NullMarked
package tiphys.language.value;

import org.jspecify.annotations.NullMarked;
