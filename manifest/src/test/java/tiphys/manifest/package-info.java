@NullMarked
package tiphys.manifest;

import org.jspecify.annotations.NullMarked;
