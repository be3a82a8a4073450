/// JSONPath as Argo's `jsonpath(…)` reads it. Start at [tiphys.language.jsonpath.JsonPath].
@NullMarked
package tiphys.language.jsonpath;

import org.jspecify.annotations.NullMarked;
