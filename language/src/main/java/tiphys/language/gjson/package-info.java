/// Paths into JSON: gjson reads, sjson writes. Start at [tiphys.language.gjson.GjsonPath].
@NullMarked
package tiphys.language.gjson;

import org.jspecify.annotations.NullMarked;
