/// The type `email` of triggers.
@NullMarked
package tiphys.email;

import org.jspecify.annotations.NullMarked;
