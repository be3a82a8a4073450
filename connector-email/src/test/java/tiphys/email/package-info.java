/// Against a mail server in the test itself.
@NullMarked
package tiphys.email;

import org.jspecify.annotations.NullMarked;
