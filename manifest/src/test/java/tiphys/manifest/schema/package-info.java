@NullMarked
package tiphys.manifest.schema;

import org.jspecify.annotations.NullMarked;
