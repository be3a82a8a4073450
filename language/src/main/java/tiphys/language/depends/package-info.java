/// What a DAG task waits for: [tiphys.language.depends.Depends].
@NullMarked
package tiphys.language.depends;

import org.jspecify.annotations.NullMarked;
