/// The API's objects over a journal and its store. Start at [tiphys.runtime.objects.LiveObjects].
@NullMarked
package tiphys.runtime.objects;

import org.jspecify.annotations.NullMarked;
